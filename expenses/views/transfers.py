from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.errors import DomainError
from common.forms import posted, refusals_shown_on, refusals_told
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from expenses.forms.money import TransferForm
from expenses.models import Transfer
from expenses.services.reconcile import unreconcile_transfer
from expenses.services.transfers import delete_transfer, record_transfer, update_transfer

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_ACCOUNTS)
def transfer_new(request: MemberRequest) -> HttpResponse:
    """Move money from one account to another."""
    form = TransferForm(posted(request), business=request.business, source=request.GET.get("from", ""))
    if form.is_valid():
        with refusals_shown_on(form):
            _record_once(request, form)
            messages.success(request, "The money is moved.")
            return redirect("money_account", form.cleaned_data["source"].pk)
    return render(request, "expenses/transfer.html", {"form": form, "transfer": None})


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_ACCOUNTS)
def transfer(request: MemberRequest, pk: int) -> HttpResponse:
    found = _transfer(request, pk)
    form = TransferForm(posted(request), business=request.business, transfer=found)
    if form.is_valid():
        with refusals_shown_on(form):
            update_transfer(transfer=found, by=request.member, move=form.move(), at=timezone.now())
            messages.success(request, "The transfer is changed.")
            return redirect("money_account", found.source_id)
    return render(request, "expenses/transfer.html", {"form": form, "transfer": found})


@require_POST
@member_required(Action.MANAGE_ACCOUNTS)
def transfer_delete(request: MemberRequest, pk: int) -> HttpResponse:
    found = _transfer(request, pk)
    delete_transfer(transfer=found, by=request.member, at=timezone.now())
    messages.success(request, "The transfer is deleted. The audit log keeps what it was.")
    return redirect("money_account", found.source_id)


@require_POST
@member_required(Action.MANAGE_ACCOUNTS)
def transfer_unreconcile(request: MemberRequest, pk: int) -> HttpResponse:
    with refusals_told(request):
        unreconcile_transfer(transfer=_transfer(request, pk), by=request.member, at=timezone.now())
        messages.success(request, "It can be changed again. Tick it off anew with the next statement.")
    return redirect("money_transfer", pk)


def _transfer(request: MemberRequest, pk: int) -> Transfer:
    rows = Transfer.objects.for_business(request.business).select_related("business", "source", "target")
    return get_object_or_404(rows, pk=pk)


def _record_once(request: MemberRequest, form: TransferForm) -> None:
    """A second click on the same form moves nothing again."""
    key, now = form.cleaned_data["key"], timezone.now()

    def work() -> Answer:
        record_transfer(by=request.member, move=form.move(), at=now)
        return Answer(302, "")

    body = fingerprint(repr(form.cleaned_data).encode())
    try:
        run_once(business_id=request.business.pk, key=key and f"transfer:{key}", body=body, at=now, work=work)
    except IdempotencyConflict as error:
        raise DomainError("This was recorded already. Open the page again for something else.") from error
