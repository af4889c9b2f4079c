from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.businesses import seat
from common.staff import ChangeOnlyAdmin, ReadOnlyAdmin, ReadOnlyInline
from purchasing.models import Offer, OfferPrice, Supplier
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
