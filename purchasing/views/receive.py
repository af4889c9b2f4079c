"""Goods of an order, counted by hand or by scan. What is typed stays on the page until it is received."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common import money
from common.errors import DomainError
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from inventory.models import Product
from inventory.queries.stock import get_location_choices
from inventory.views.counted import counted
from purchasing.forms.orders import ReceiveForm
from purchasing.models import PurchaseOrder
from purchasing.queries.orders import get_whole_orders
from purchasing.services.receive import receive_order

PARTS = ("line", "expires_on", "batch_code")
HEAD = ("key", "version", "location", "landed_cost", "note", "occurred_at")


@require_http_methods(["GET", "HEAD", "POST"])
@shop_member_required(Action.RECEIVE)
def purchase_order_receive(request: MemberRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(get_whole_orders(request.business).select_related("business"), pk=pk)
    if request.method != "POST" and not order.is_receivable:
        messages.info(request, f"{order.number} is {order.get_state_display().lower()}: nothing of it can be received.")
        return redirect("purchase_order", pk=pk)
    saving = "save" in request.POST
    values, said, error = _values(request, order)
    places = get_location_choices(request.business)
    form = ReceiveForm(request.POST if saving else None, order=order, locations=places, by=request.member, initial=values)
    if saving and form.is_valid() and _received(request, order, form):
        messages.success(request, f"What came of {order.number} is on the shelf.")
        return redirect("purchase_order", pk=pk)
    context = {"order": order, "form": form, "said": said, "scan_error": error, "counting": "count" in request.GET}
    return render(request, "purchasing/order_receive.html", context)


def _received(request: MemberRequest, order: PurchaseOrder, form: ReceiveForm) -> bool:
    """Once, however often the button was pressed. Says whether it was."""
    given = form.cleaned_data

    def work() -> Answer:
        receipt = receive_order(
            order=order,
            by=request.member,
            lines=form.came,
            location_id=int(given["location"]),
            landed_cost=given["landed_cost"] or money.ZERO,
            note=given["note"],
            version=given["version"],
            at=timezone.now(),
            occurred_at=given.get("occurred_at"),
        )
        return Answer(200, receipt.number)

    body = fingerprint(*(repr(part).encode() for part in (order.pk, {**given, "key": ""})))
    try:
        run_once(business_id=request.business.pk, key=f"receive:{given['key']}", body=body, at=timezone.now(), work=work)
    except IdempotencyConflict:
        form.add_error(None, "This was received already. Open the page again for what came since.")
        return False
    except DomainError as error:
        form.blame(error)
        return False
    return True


def _values(request: MemberRequest, order: PurchaseOrder) -> tuple[dict[str, str], str, str]:
    lines = list(order.lines.all())
    names = [*HEAD, *(f"{part}-{line.pk}" for line in lines for part in PARTS)]

    def not_here(product: Product) -> str:
        return f"{product.label} is not on {order.number}. Receive it apart, under Stock."

    return counted(request, lines=lines, names=names, not_here=not_here)
