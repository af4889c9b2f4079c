from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on, searched
from common.pages import paginate
from sales.forms.customers import CustomerForm
from sales.lists import CUSTOMERS
from sales.models import Customer, Sale
from sales.queries import get_customers, get_sales_totals
from sales.services.customers import create_customer, update_customer


@require_GET
@shop_member_required(Action.SEE)
def customers(request: MemberRequest) -> HttpResponseBase:
    text = searched(request)
    found = get_customers(business=request.business, text=text)
    if file := list_file(request, "customers", CUSTOMERS, found.order_by("name", "id")):
        return file
    page = paginate(request, found)
    return render(request, "sales/customers.html", {"page": page, "q": text})


@require_GET
@shop_member_required(Action.SEE)
def customer(request: MemberRequest, pk: int) -> HttpResponse:
    """A customer with what they bought."""
    found = _customer(request, pk)
    rows = Sale.objects.for_business(request.business).filter(customer=found)
    page = paginate(request, rows.select_related("sold_by__user", "customer"), keys=("-sold_at", "-id"))
    return render(request, "sales/customer.html", {"customer": found, "page": page, "totals": get_sales_totals(rows)})


@shop_member_required(Action.SELL)
def customer_new(request: MemberRequest) -> HttpResponse:
    form = CustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            made = create_customer(by=request.member, values=form.cleaned_data, at=timezone.now())
        if not form.errors:
            messages.success(request, f"{made.name} is a customer now.")
            return redirect("customer", pk=made.pk)
    return render(request, "sales/customer_form.html", {"form": form})


@shop_member_required(Action.SELL)
def customer_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = _customer(request, pk)
    form = CustomerForm(request.POST or None, instance=copy(found))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            update_customer(customer=found, by=request.member, values=form.cleaned_data, at=timezone.now())
        if not form.errors:
            messages.success(request, "Saved.")
            return redirect("customer", pk=found.pk)
    return render(request, "sales/customer_form.html", {"form": form, "customer": found})


def _customer(request: MemberRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.for_business(request.business), pk=pk)
