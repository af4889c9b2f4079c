"""Held baskets, and the customer of the one on the till."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.forms import refusals_shown_on, searched
from common.ids import as_id
from sales.forms.customers import CustomerForm
from sales.forms.till import basket_key
from sales.models import Customer
from sales.queries import get_customers, get_held
from sales.services import till as services

MOST_SHOWN = 20


@require_GET
@shop_member_required(Action.SELL)
def till_held(request: MemberRequest) -> HttpResponse:
    return render(request, "sales/held.html", {"baskets": get_held(business=request.business), "business": request.business})


@require_POST
@shop_member_required(Action.SELL)
def till_recall(request: MemberRequest) -> HttpResponse:
    try:
        services.recall_basket(by=request.member, key=basket_key(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("till_held")
    return redirect("till")


@require_GET
@shop_member_required(Action.SELL)
def till_customer(request: MemberRequest) -> HttpResponse:
    """Choose who buys: search, or write down somebody new."""
    return _choose(request, CustomerForm())


@require_POST
@shop_member_required(Action.SELL)
def till_customer_set(request: MemberRequest) -> HttpResponse:
    chosen = request.POST.get("customer", "")
    customer = None
    if chosen:
        customer = get_object_or_404(Customer.objects.for_business(request.business), pk=as_id(chosen))
    services.set_customer(by=request.member, customer=customer, at=timezone.now())
    return redirect("till")


@require_POST
@shop_member_required(Action.SELL)
def till_customer_new(request: MemberRequest) -> HttpResponse:
    form = CustomerForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            services.set_new_customer(by=request.member, values=form.cleaned_data, at=timezone.now())
    return _choose(request, form) if form.errors else redirect("till")


def _choose(request: MemberRequest, form: CustomerForm) -> HttpResponse:
    text = searched(request)
    found = get_customers(business=request.business, text=text).order_by("name", "id")[:MOST_SHOWN]
    basket = services.open_basket(by=request.member)
    return render(request, "sales/till_customer.html", {"form": form, "customers": found, "q": text, "basket": basket})
