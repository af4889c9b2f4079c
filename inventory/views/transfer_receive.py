"""Goods of a transfer, counted by hand or by scan. What is typed stays on the page until it is received."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from inventory.forms.transfers import ReceiveTransferForm
from inventory.models import Product, StockTransfer, StockTransferLine
from inventory.queries.stock import get_scanned
from inventory.queries.transfers import get_whole_transfers
from inventory.services.receive_transfer import receive_transfer

HEAD = ("key", "version", "note")


@require_http_methods(["GET", "HEAD", "POST"])
@shop_member_required(Action.RECEIVE)
def stock_transfer_receive(request: MemberRequest, pk: int) -> HttpResponse:
    transfer = get_object_or_404(get_whole_transfers(request.business), pk=pk)
    if not transfer.is_under_way and "save" not in request.POST:
        messages.info(request, f"{transfer.number} is {transfer.get_state_display().lower()}: nothing of it can be received.")
        return redirect("stock_transfer_shown", pk=pk)
    saving = "save" in request.POST
    values, said, error = _values(request, transfer)
    form = ReceiveTransferForm(request.POST if saving else None, transfer=transfer, initial=values)
    if saving and form.is_valid() and _received(request, transfer, form):
        messages.success(request, f"What came of {transfer.number} is on the shelf.")
        return redirect("stock_transfer_shown", pk=pk)
    context = {"transfer": transfer, "form": form, "said": said, "scan_error": error}
    return render(request, "inventory/transfer_receive.html", context)


def _received(request: MemberRequest, transfer: StockTransfer, form: ReceiveTransferForm) -> bool:
    """Once, however often the button was pressed. Says whether it was."""
    given = form.cleaned_data
    lines = form.came

    def work() -> Answer:
        receive_transfer(
            transfer=transfer, by=request.member, lines=lines, note=given["note"], version=given["version"], at=timezone.now()
        )
        return Answer(200, transfer.number)

    body = fingerprint(*(repr(part).encode() for part in (transfer.pk, {**given, "key": ""})))
    try:
        key = f"receive transfer:{given['key']}"
        run_once(business_id=request.business.pk, key=key, body=body, at=timezone.now(), work=work)
    except IdempotencyConflict:
        form.add_error(None, "This was received already. Open the page again for what came since.")
        return False
    except DomainError as error:
        form.blame(error)
        return False
    return True


def _values(request: MemberRequest, transfer: StockTransfer) -> tuple[dict[str, str], str, str]:
    """What stands in the fields, and what the scan box says: done, or wrong."""
    lines = [line for line in transfer.lines.all() if line.outstanding]
    if request.method != "POST":
        return ({} if "count" in request.GET else {f"line-{line.pk}": _plain(line.outstanding) for line in lines}), "", ""
    names = [*HEAD, *(f"line-{line.pk}" for line in lines)]
    values = {name: request.POST[name] for name in names if name in request.POST}
    if "add" not in request.POST:
        return values, "", ""
    text = request.POST.get("scan", "")[:200].replace("\x00", "").strip()
    found = get_scanned(business=request.business, text=text) if text else []
    hits = _hits(lines, found)
    if len(hits) != 1:
        return values, "", _why_not(text, found, transfer)
    name = f"line-{hits[0].pk}"
    before = values.get(name, "")
    values[name] = str(int(before[:9]) + 1) if before.isascii() and before.isdigit() else before or "1"
    return values, f"{hits[0].product.label}: {values[name]}", ""


def _hits(lines: list[StockTransferLine], found: list[Product]) -> list[StockTransferLine]:
    ids = {product.pk for product in found}
    return [line for line in lines if line.product_id in ids]


def _why_not(text: str, found: list[Product], transfer: StockTransfer) -> str:
    if not text:
        return "Scan a barcode, or type a name or SKU."
    if not found:
        return f"Nothing in stock matches “{text[:60]}”."
    if len(found) == 1:
        return f"Nothing of {found[0].label} is still to come of {transfer.number}."
    return f"“{text[:60]}” fits more than one line or none. Type more of the name."


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
