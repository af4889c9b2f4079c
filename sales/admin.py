from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.businesses import seat
from common.staff import ChangeOnlyAdmin, ReadOnlyAdmin, ReadOnlyInline
from sales.models import Basket, Customer, NumberSeries, Payment, Sale, SaleLine
from sales.services.customers import update_customer


@admin.register(Customer)
class CustomerAdmin(ChangeOnlyAdmin):
    list_display = ("name", "reference", "business", "email", "country", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("business",)
    search_fields = ("name", "reference", "email", "business__slug")
    readonly_fields = ("business", "version", "created_at")

    def save_model(self, request: HttpRequest, obj: Customer, form: "ModelForm[Customer]", change: Any) -> None:
        customer = Customer.objects.get(pk=obj.pk)
        update_customer(customer=customer, by=seat(request, obj.business), values=form.cleaned_data, at=timezone.now())


class LineInline(ReadOnlyInline):
    model = SaleLine
    fields = ("description", "quantity", "unit_price", "discount", "order_discount", "net", "tax", "total", "refunded_quantity")


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = ("method", "amount", "at")


@admin.register(Sale)
class SaleAdmin(ReadOnlyAdmin):
    list_display = ("number", "business", "kind", "state", "sold_at", "total", "cost", "customer", "source")
    list_filter = ("kind", "state", "source", "sold_at")
    list_select_related = ("business", "customer")
    search_fields = ("number", "customer__name", "business__slug")
    inlines = (LineInline, PaymentInline)


@admin.register(SaleLine)
class SaleLineAdmin(ReadOnlyAdmin):
    list_display = ("sale", "description", "quantity", "unit_price", "net", "tax", "total", "unit_cost")
    list_filter = ("sale__sold_at", "restocked")
    list_select_related = ("sale",)
    search_fields = ("description", "sale__number", "sale__business__slug")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("sale", "method", "amount", "at")
    list_filter = ("method", "at")
    list_select_related = ("sale",)
    search_fields = ("sale__number", "sale__business__slug")


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "last")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")


@admin.register(Basket)
class BasketAdmin(ReadOnlyAdmin):
    list_display = ("key", "business", "member_email", "customer", "total", "held_at", "changed_at", "sale")
    list_filter = ("held_at", "changed_at")
    list_select_related = ("business", "member__user", "customer", "sale")
    search_fields = ("key", "member__user__email", "business__slug")

    @admin.display(description="member")
    def member_email(self, basket: Basket) -> str:
        return basket.member.user.email
