"""What is done about the batches of a product: written off, dated, their day corrected."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_shown_on, refusals_told
from inventory.forms.batches import ChangeDateForm, GiveDateForm
from inventory.models import Batch, Product
from inventory.queries.stock import get_location_choices
from inventory.services.batch_stock import change_date, give_date, write_off


@require_POST
@shop_member_required(Action.ADJUST)
def batch_write_off(request: MemberRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    with refusals_told(request):
        write_off(batch=batch, by=request.member, at=timezone.now())
        messages.success(request, f"Batch {batch} of {batch.product.label} is written off as expired.")
    return redirect(_page_of(batch.product))


@require_http_methods(["GET", "HEAD", "POST"])
@shop_member_required(Action.ADJUST)
def batch_date(request: MemberRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    form = ChangeDateForm(request.POST or None, initial={"expires_on": batch.expires_on})
    if form.is_valid():
        with refusals_shown_on(form):
            change_date(batch=batch, by=request.member, at=timezone.now(), **form.cleaned_data)
        if not form.errors:
            messages.success(request, f"{batch.product.label}: the day is corrected.")
            return redirect(_page_of(batch.product))
    return render(request, "inventory/batch_date.html", {"batch": batch, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@shop_member_required(Action.RECEIVE)
def batch_give(request: MemberRequest, pk: int) -> HttpResponse:
    """Units of a product that are of no batch get one."""
    product = get_object_or_404(Product.objects.for_business(request.business).select_related("business"), pk=pk)
    form = GiveDateForm(request.POST or None, locations=get_location_choices(request.business))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_shown_on(form):
            give_date(
                product=product,
                by=request.member,
                quantity=given["quantity"],
                batch=form.batch,
                location_id=int(given["location"]),
                at=timezone.now(),
            )
        if not form.errors:
            messages.success(request, f"{product.label}: the day is noted.")
            return redirect(_page_of(product))
    return render(request, "inventory/batch_give.html", {"product": product, "form": form})


def _batch(request: MemberRequest, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.for_business(request.business).select_related("product__business"), pk=pk)


def _page_of(product: Product) -> str:
    return f"{reverse('product', args=[product.pk])}#batches"
