"""Suppliers and what they sell."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, searched
from common.ids import as_id
from common.pages import paginate
from inventory.queries.stock import get_scanned
from purchasing.forms.suppliers import OfferForm, SupplierForm
from purchasing.lists import OFFERS, SUPPLIERS
from purchasing.models import Offer, Supplier
from purchasing.queries.suppliers import PRICES_SHOWN, get_buyable, get_offers, get_prices, get_suppliers
from purchasing.services.offers import add_offer, update_offer
from purchasing.services.suppliers import create_supplier, update_supplier

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
@shop_member_required()
def suppliers(request: MemberRequest) -> HttpResponseBase:
    text, retired = searched(request), request.GET.get("show") == "retired"
    found = get_suppliers(business=request.business, text=text, active=not retired)
    if file := list_file(request, "suppliers", SUPPLIERS, found.select_related("category").order_by("name", "pk")):
        return file
    page = paginate(request, found)
    context = {"page": page, "q": text, "retired": retired, "may_buy": request.member.may(Action.BUY)}
    return render(request, "purchasing/suppliers.html", context)


@require_safe
@shop_member_required()
def supplier(request: MemberRequest, pk: int) -> HttpResponseBase:
    """A supplier with what they sell."""
    found = _supplier(request, pk)
    sold = get_offers(found).select_related("supplier").order_by("product__name", "pk")
    if file := list_file(request, "offers", OFFERS, sold):
        return file
    context = {
        "supplier": found,
        "page": paginate(request, get_offers(found), keys=("product__name", "id")),
        "sees_costs": request.member.sees_costs,
        "may_buy": request.member.may(Action.BUY),
    }
    return render(request, "purchasing/supplier.html", context)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.BUY)
def supplier_new(request: MemberRequest) -> HttpResponse:
    form = SupplierForm(posted(request), business=request.business)
    if form.is_valid():
        with refusals_shown_on(form):
            made = create_supplier(by=request.member, values=form.values, at=timezone.now())
            messages.success(request, f"{made.name} is a supplier now. Say what they sell.")
            return redirect("supplier", pk=made.pk)
    return render(request, "purchasing/supplier_form.html", {"form": form})


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.BUY)
def supplier_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = _supplier(request, pk)
    form = SupplierForm(posted(request), business=request.business, supplier=found)
    if form.is_valid():
        with refusals_shown_on(form):
            version = form.cleaned_data["version"]
            update_supplier(supplier=copy(found), by=request.member, values=form.values, version=version, at=timezone.now())
            messages.success(request, "Saved.")
            return redirect("supplier", pk=pk)
    return render(request, "purchasing/supplier_form.html", {"form": form, "supplier": found})


@require_POST
@shop_member_required(Action.BUY)
def supplier_retire(request: MemberRequest, pk: int) -> HttpResponse:
    """Buy nothing there any more, or again."""
    found = _supplier(request, pk)
    update_supplier(supplier=found, by=request.member, values={"is_active": not found.is_active}, at=timezone.now())
    messages.success(
        request, f"{found.name} is {'in use again' if found.is_active else 'retired. Their orders stay in the books'}."
    )
    return redirect("supplier", pk=pk)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.BUY)
def offer_new(request: MemberRequest, pk: int) -> HttpResponse:
    """First which product, by its code or name; then how they sell it."""
    found, text = _supplier(request, pk), searched(request)
    product = get_buyable(business=request.business, pk=as_id(request.GET.get("product", "")))
    picks = get_scanned(business=request.business, text=text) if text.strip() and not product else []
    if len(picks) == 1:
        product = get_buyable(business=request.business, pk=picks[0].pk)
    form = OfferForm(posted(request), business=request.business, product=product) if product else None
    if product and form and form.is_valid():
        with refusals_shown_on(form):
            add_offer(supplier=found, product=product, by=request.member, values=form.values, at=timezone.now())
            messages.success(request, f"{product.label} can be ordered from {found.name}.")
            return redirect("supplier", pk=pk)
    context = {"supplier": found, "product": product, "form": form, "q": text, "picks": picks}
    return render(request, "purchasing/offer_form.html", context)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.BUY)
def offer_edit(request: MemberRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    form = OfferForm(posted(request), business=request.business, product=offer.product, offer=offer)
    if form.is_valid():
        with refusals_shown_on(form):
            version = form.cleaned_data["version"]
            update_offer(offer=offer, by=request.member, values=form.values, version=version, at=timezone.now())
            messages.success(request, "Saved.")
            return redirect("supplier", pk=offer.supplier_id)
    prices = list(get_prices(offer)[:PRICES_SHOWN])
    context = {"supplier": offer.supplier, "product": offer.product, "form": form, "offer": offer, "prices": prices}
    return render(request, "purchasing/offer_form.html", context)


@require_POST
@shop_member_required(Action.BUY)
def offer_end(request: MemberRequest, pk: int) -> HttpResponse:
    """They sell it no more; its prices stay on record."""
    offer = _offer(request, pk)
    update_offer(offer=offer, by=request.member, values={"is_active": False, "is_preferred": False}, at=timezone.now())
    messages.success(request, f"{offer.product.label} is no longer ordered from {offer.supplier.name}.")
    return redirect("supplier", pk=offer.supplier_id)


def _supplier(request: MemberRequest, pk: int) -> Supplier:
    return get_object_or_404(Supplier.objects.for_business(request.business).select_related("business", "category"), pk=pk)


def _offer(request: MemberRequest, pk: int) -> Offer:
    offers = Offer.objects.for_business(request.business).select_related("business", "supplier", "product")
    return get_object_or_404(offers.prefetch_related("product__packs"), pk=pk)
