"""Goods of an order, counted by hand or by scan. What is typed stays on the page until it is received."""

from decimal import Decimal

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
from inventory.queries.stock import get_location_choices, get_scanned
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
    """What stands in the fields, and what the scan box says: done, or wrong."""
    lines = list(order.lines.all())
    if request.method != "POST":
        return ({} if "count" in request.GET else {f"line-{line.pk}": _plain(line.outstanding) for line in lines}), "", ""
    names = [*HEAD, *(f"{part}-{line.pk}" for line in lines for part in PARTS)]
    values = {name: request.POST[name] for name in names if name in request.POST}
    if "add" not in request.POST:
        return values, "", ""
    text = request.POST.get("scan", "")[:200].replace("\x00", "").strip()
    found = get_scanned(business=request.business, text=text) if text else []
    hits = [line for line in lines if line.product_id in {product.pk for product in found}]
    if len(hits) != 1:
        return values, "", _why_not(text, found, order)
    name = f"line-{hits[0].pk}"
    before = values.get(name, "")
    values[name] = str(int(before[:9]) + 1) if before.isascii() and before.isdigit() else before or "1"
    return values, f"{hits[0].description}: {values[name]}", ""


def _why_not(text: str, found: list[Product], order: PurchaseOrder) -> str:
    if not text:
        return "Scan a barcode, or type a name or SKU."
    if not found:
        return f"Nothing in stock matches “{text[:60]}”."
    if len(found) == 1:
        return f"{found[0].label} is not on {order.number}. Receive it apart, under Stock."
    return f"“{text[:60]}” fits more than one line or none. Type more of the name."


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}" if quantity else ""
