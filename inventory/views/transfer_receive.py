"""Goods of a transfer, counted by hand or by scan. What is typed stays on the page until it is received."""

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
from inventory.models import Product, StockTransfer
from inventory.queries.transfers import get_whole_transfers
from inventory.services.receive_transfer import receive_transfer
from inventory.views.counted import counted

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
    lines = [line for line in transfer.lines.all() if line.outstanding]
    names = [*HEAD, *(f"line-{line.pk}" for line in lines)]

    def not_here(product: Product) -> str:
        return f"Nothing of {product.label} is still to come of {transfer.number}."

    return counted(request, lines=lines, names=names, not_here=not_here)
