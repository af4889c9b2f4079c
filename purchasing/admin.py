from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.businesses import for_each, seat
from common.staff import ChangeOnlyAdmin, ReadOnlyAdmin, ReadOnlyInline
from purchasing.models import (
    Bill,
    Offer,
    OfferPrice,
    OrderSeries,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ReturnLine,
    Supplier,
    SupplierReturn,
)
from purchasing.services.end import cancel_order, close_order
from purchasing.services.suppliers import update_supplier

EDITED = ("name", "contact", "email", "phone", "account_number", "lead_days", "minimum_order", "note", "is_active")


class OfferInline(ReadOnlyInline):
    model = Offer
    fields = ("product", "code", "unit", "price", "minimum", "is_preferred", "is_active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product", "supplier")


@admin.register(Supplier)
class SupplierAdmin(ChangeOnlyAdmin):
    list_display = ("name", "business", "email", "lead_days", "learned_lead_days", "is_active")
    list_filter = ("is_active", "created_at")
    list_select_related = ("business",)
    search_fields = ("name", "email", "business__slug")
    fields = ("business", *EDITED, "category", "learned_lead_days", "version", "created_at")
    readonly_fields = ("business", "category", "learned_lead_days", "version", "created_at")
    inlines = (OfferInline,)

    def save_model(self, request: HttpRequest, obj: Supplier, form: "ModelForm[Supplier]", change: Any) -> None:
        supplier = Supplier.objects.select_related("business").get(pk=obj.pk)
        values = {name: form.cleaned_data[name] for name in EDITED}
        update_supplier(supplier=supplier, by=seat(request, supplier.business), values=values, at=timezone.now())


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ("product", "supplier", "business", "code", "unit", "price", "is_preferred", "is_active")
    list_filter = ("is_preferred", "is_active")
    list_select_related = ("product", "supplier", "business")
    search_fields = ("product__name", "supplier__name", "code", "business__slug")


@admin.register(OfferPrice)
class OfferPriceAdmin(ReadOnlyAdmin):
    list_display = ("since_at", "offer", "price", "unit", "source")
    list_filter = ("since_at",)
    list_select_related = ("offer__product", "offer__supplier")
    search_fields = ("offer__product__name", "offer__supplier__name", "business__slug")


class PurchaseLineInline(ReadOnlyInline):
    model = PurchaseLine
    fields = ("description", "code", "unit", "quantity", "price", "amount", "ordered", "received")


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "business", "supplier", "state", "total", "billed", "sent_on", "expected_on", "settled_at")
    list_filter = ("state", "created_at", "sent_on")
    list_select_related = ("business", "supplier")
    search_fields = ("number", "supplier__name", "business__slug")
    inlines = (PurchaseLineInline,)
    actions = ("cancel", "close")

    @admin.action(description="Cancel, before goods have come", permissions=["end"])
    def cancel(self, request: HttpRequest, rows: QuerySet[PurchaseOrder]) -> None:
        def act(order: PurchaseOrder) -> None:
            cancel_order(order=order, by=seat(request, order.business), at=timezone.now(), reason="Cancelled by staff")

        for_each(self, request, rows.select_related("business", "supplier"), act, "{count} orders are cancelled.")

    @admin.action(description="Close: nothing more will come", permissions=["end"])
    def close(self, request: HttpRequest, rows: QuerySet[PurchaseOrder]) -> None:
        def act(order: PurchaseOrder) -> None:
            close_order(order=order, by=seat(request, order.business), at=timezone.now(), reason="Closed by staff")

        for_each(self, request, rows.select_related("business", "supplier"), act, "{count} orders are closed.")

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("purchasing.change_purchaseorder")


@admin.register(PurchaseLine)
class PurchaseLineAdmin(ReadOnlyAdmin):
    list_display = ("order", "description", "unit", "quantity", "price", "ordered", "received")
    list_select_related = ("order",)
    search_fields = ("description", "order__number", "order__business__slug")


class ReceiptLineInline(ReadOnlyInline):
    model = ReceiptLine
    fields = ("product", "quantity", "unit_cost", "landed_cost", "returned")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product")


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "business", "location", "landed_cost", "received_at")
    list_filter = ("received_at",)
    list_select_related = ("order", "business", "location")
    search_fields = ("number", "order__number", "business__slug")
    inlines = (ReceiptLineInline,)


@admin.register(ReceiptLine)
class ReceiptLineAdmin(ReadOnlyAdmin):
    list_display = ("receipt", "product", "quantity", "unit_cost", "landed_cost", "returned")
    list_select_related = ("receipt", "product")
    search_fields = ("product__name", "receipt__number", "receipt__business__slug")


@admin.register(OrderSeries)
class OrderSeriesAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "last")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")


@admin.register(Bill)
class BillAdmin(ReadOnlyAdmin):
    list_display = ("number", "supplier", "order", "business", "amount", "billed_on", "created_at")
    list_filter = ("billed_on",)
    list_select_related = ("supplier", "order", "business")
    search_fields = ("number", "supplier__name", "order__number", "business__slug")


@admin.register(SupplierReturn)
class SupplierReturnAdmin(ReadOnlyAdmin):
    list_display = ("number", "receipt", "business", "credit", "is_refunded", "reason", "sent_at")
    list_filter = ("is_refunded", "sent_at")
    list_select_related = ("receipt", "business")
    search_fields = ("number", "receipt__number", "business__slug")


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    list_display = ("supplier_return", "line", "quantity")
    list_select_related = ("supplier_return", "line__product")
    search_fields = ("supplier_return__number", "line__product__name")
