from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from common.staff import ReadOnlyAdmin, ReadOnlyInline
from inventory.models import StockSeries, StockTransfer, StockTransferLine


class StockTransferLineInline(ReadOnlyInline):
    model = StockTransferLine
    fields = ("product", "sent", "received", "put_back", "written_off")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product")


@admin.register(StockTransfer)
class StockTransferAdmin(ReadOnlyAdmin):
    list_display = ("number", "business", "source", "target", "state", "sent_at", "ended_at", "note")
    list_filter = ("state", "sent_at")
    list_select_related = ("business", "source", "target")
    search_fields = ("number", "note", "business__slug")
    inlines = (StockTransferLineInline,)


@admin.register(StockTransferLine)
class StockTransferLineAdmin(ReadOnlyAdmin):
    list_display = ("transfer", "product", "sent", "received", "put_back", "written_off")
    list_select_related = ("transfer", "product")
    search_fields = ("product__name", "product__sku", "transfer__number", "transfer__business__slug")


@admin.register(StockSeries)
class StockSeriesAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "last")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")
