"""Transfers between places: their list, one of them, and what becomes of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import shop_member_required
from accounts.lists import list_file
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import refusals_told
from common.pages import paginate
from inventory.forms.transfers import CancelTransferForm, CloseTransferForm, TransferFilterForm
from inventory.lists import TRANSFERS
from inventory.models import StockTransfer
from inventory.queries.stock import get_location_choices
from inventory.queries.transfers import get_arrivals, get_transfer_lines, get_transfers, get_whole_transfers
from inventory.services.end_transfer import cancel_transfer, close_transfer
from inventory.views.abilities import abilities

CANCEL, CLOSE = "cancel-%s", "close-%s"  # the ids of their fields, which have the same names


@require_safe
@shop_member_required()
def stock_transfers(request: MemberRequest) -> HttpResponseBase:
    form = TransferFilterForm(request.GET, locations=get_location_choices(request.business, active=False))
    filters = form.filters
    rows = get_transfers(business=request.business, filters=filters)
    if file := list_file(request, "transfers", TRANSFERS, get_transfer_lines(rows)):
        return file
    page = paginate(request, rows, keys=("-created_at", "-id"))
    context = {"form": form, "filtered": filters.are_set, "page": page, "may": abilities(request.member)}
    return render(request, "inventory/transfers.html", context)


@require_safe
@shop_member_required()
def stock_transfer_shown(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _transfer(request, pk))


@require_POST
@shop_member_required(Action.TRANSFER)
def stock_transfer_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    transfer, form = _transfer(request, pk), CancelTransferForm(request.POST, auto_id=CANCEL)
    if not form.is_valid():
        return _page(request, transfer, cancel=form)
    with refusals_told(request):
        cancel_transfer(transfer=transfer, by=request.member, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, f"{transfer.number} is cancelled. Everything is back at {transfer.source}.")
    return redirect("stock_transfer_shown", pk=pk)


@require_POST
@shop_member_required(Action.TRANSFER)
def stock_transfer_close(request: MemberRequest, pk: int) -> HttpResponse:
    transfer, form = _transfer(request, pk), CloseTransferForm(request.POST, auto_id=CLOSE)
    if not form.is_valid():
        return _page(request, transfer, close=form)
    reason, rest = form.cleaned_data["reason"], "written off" if form.is_lost else f"back at {transfer.source}"
    with refusals_told(request):
        close_transfer(transfer=transfer, by=request.member, at=timezone.now(), reason=reason, write_off=form.is_lost)
        messages.success(request, f"{transfer.number} is closed. What did not come is {rest}.")
    return redirect("stock_transfer_shown", pk=pk)


def _page(
    request: MemberRequest,
    transfer: StockTransfer,
    *,
    cancel: CancelTransferForm | None = None,
    close: CloseTransferForm | None = None,
) -> HttpResponse:
    context = {
        "transfer": transfer,
        "arrivals": list(get_arrivals(transfer)),
        "cancel": cancel or CancelTransferForm(auto_id=CANCEL),
        "close": close or CloseTransferForm(auto_id=CLOSE),
        "may": abilities(request.member),
    }
    return render(request, "inventory/transfer.html", context)


def _transfer(request: MemberRequest, pk: int) -> StockTransfer:
    return get_object_or_404(get_whole_transfers(request.business), pk=pk)
