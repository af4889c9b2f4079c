"""What a supplier charges, and what goes back to them."""

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import shop_member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.forms import posted, refusals_shown_on, refusals_told
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from purchasing.forms.bills import BillForm, ReturnForm
from purchasing.models import Bill, Receipt
from purchasing.queries.orders import get_whole_orders, get_whole_receipts
from purchasing.services.bills import bill_order, take_back_bill
from purchasing.services.send_back import send_back

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.BUY)
def purchase_order_bill(request: MemberRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(get_whole_orders(request.business).select_related("business"), pk=pk)
    today = request.business.local_day(timezone.now())
    form = BillForm(posted(request), order=order, initial={"billed_on": today})
    if form.is_valid():
        with refusals_shown_on(form):
            given = form.cleaned_data
            bill_order(
                order=copy(order),
                charge=form.charge,
                by=request.member,
                at=timezone.now(),
                confirmed=given["confirmed"],
                version=given["version"],
            )
            messages.success(request, f"Bill {given['number']} is an expense now.")
            return redirect("purchase_order", pk=pk)
    asks = any("Confirm" in error for error in form.non_field_errors() + form.errors.get("amount", []))
    return render(request, "purchasing/bill_form.html", {"order": order, "form": form, "asks": asks})


@require_POST
@shop_member_required(Action.BUY)
def bill_take_back(request: MemberRequest, pk: int) -> HttpResponse:
    bills = Bill.objects.for_business(request.business).select_related("order__business", "order__supplier", "expense")
    bill = get_object_or_404(bills, pk=pk)
    with refusals_told(request):
        take_back_bill(bill=bill, by=request.member, at=timezone.now())
        messages.success(request, f"Bill {bill.number} is taken back, and its expense is gone.")
    return redirect("purchase_order", pk=bill.order_id)


@require_http_methods(GET_AND_POST)
@shop_member_required(Action.BUY)
def receipt_return(request: MemberRequest, pk: int) -> HttpResponse:
    receipt = get_object_or_404(get_whole_receipts(request.business), pk=pk)
    form = ReturnForm(posted(request), receipt=receipt, business=request.business)
    if form.is_valid() and _sent_back(request, receipt, form):
        messages.success(request, f"It is off the shelf. Send it back to {receipt.order.supplier}.")
        return redirect("purchase_order", pk=receipt.order_id)
    return render(request, "purchasing/return_form.html", {"receipt": receipt, "form": form})


def _sent_back(request: MemberRequest, receipt: Receipt, form: ReturnForm) -> bool:
    """Once, however often the button was pressed. Says whether it was."""
    given = form.cleaned_data

    def work() -> Answer:
        back = send_back(
            receipt=receipt,
            by=request.member,
            lines=form.lines,
            reason=given["reason"],
            credit=given["credit"],
            at=timezone.now(),
        )
        return Answer(200, back.number)

    body = fingerprint(*(repr(part).encode() for part in (receipt.pk, {**given, "key": ""})))
    try:
        run_once(business_id=request.business.pk, key=f"return:{given['key']}", body=body, at=timezone.now(), work=work)
    except IdempotencyConflict:
        form.add_error(None, "This was sent back already. Open the page again for something else.")
        return False
    except DomainError as error:
        form.blame(error)
        return False
    return True
