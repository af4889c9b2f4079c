from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, refusals_told
from common.money import ZERO
from expenses.forms.money import AccountForm, DayForm, PeriodForm
from expenses.ledger import Line, get_ledger
from expenses.models import Account, Reconciliation
from expenses.queries import get_balances
from expenses.reconciling import get_last
from expenses.services.accounts import save_account
from expenses.services.reconcile import take_back_reconciliations

GET_AND_POST = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Shown:
    account: Account
    balance: Decimal
    agreed_on: date | None


@dataclass(frozen=True)
class Lines:
    """A page as `{% pager %}` wants it."""

    items: list[Line]
    next_url: str
    previous_url: str


@require_safe
@member_required()
def accounts(request: MemberRequest) -> HttpResponse:
    """What lies where at the end of a day, today's unless another is asked for, and all of it together."""
    business, today = request.business, request.business.local_day(timezone.now())
    today = DayForm(request.GET).wanted() or today
    balances = get_balances(business, until=today)
    agreed = dict(
        Reconciliation.objects.filter(business=business).order_by().values_list("account_id").annotate(Max("statement_on"))
    )
    rows = Account.objects.for_business(business).order_by("name", "pk")
    shown = [Shown(row, balances.get(row.pk, ZERO), agreed.get(row.pk)) for row in rows]
    context = {
        "shown": [each for each in shown if each.account.is_active],
        "closed": [each for each in shown if not each.account.is_active],
        "total": sum((each.balance for each in shown), ZERO),
        "counted": sum(each.account.is_active or each.balance != 0 for each in shown),
        "today": today,
        "may_change": request.member.may(Action.MANAGE_ACCOUNTS),
    }
    return render(request, "expenses/accounts.html", context)


@require_safe
@member_required()
def account(request: MemberRequest, pk: int) -> HttpResponse:
    """What moved one account, newest first, with the balance after each line."""
    found, today = _account(request, pk), request.business.local_day(timezone.now())
    form = PeriodForm(request.GET)
    wanted = form.wanted()
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    ledger = get_ledger(found, since=wanted.get("since"), until=wanted.get("until"), older_than=after, newer_than=before)
    kept = {name: day.isoformat() for name, day in wanted.items()}
    page = Lines(ledger.lines, _url(kept, "after", ledger.older), _url(kept, "before", ledger.newer))
    context = {
        "account": found,
        "balance": get_balances(request.business, until=today)[found.pk],
        "page": page,
        "form": form,
        "is_filtered": bool(wanted),
        "last": get_last(found),
        "may_change": request.member.may(Action.MANAGE_ACCOUNTS),
    }
    return render(request, "expenses/account.html", context)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_ACCOUNTS)
def account_new(request: MemberRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(GET_AND_POST)
@member_required(Action.MANAGE_ACCOUNTS)
def account_edit(request: MemberRequest, pk: int) -> HttpResponse:
    return _edit(request, _account(request, pk))


@require_POST
@member_required(Action.MANAGE_ACCOUNTS)
def account_take_back(request: MemberRequest, pk: int) -> HttpResponse:
    found = _account(request, pk)
    with refusals_told(request):
        take_back_reconciliations(account=found, by=request.member, at=timezone.now())
        messages.success(request, f"Nothing of {found} is ticked off any more. Its next statement begins anew.")
    return redirect("money_account", pk)


def _account(request: MemberRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.for_business(request.business).select_related("business"), pk=pk)


def _edit(request: MemberRequest, found: Account | None) -> HttpResponse:
    form = AccountForm(posted(request), business=request.business, account=found)
    last = get_last(found) if found else None
    if form.is_valid():
        account = found or Account(business=request.business)
        with refusals_shown_on(form):
            save_account(account=account, by=request.member, at=timezone.now(), values=form.cleaned_data)
            messages.success(request, f"{account} is saved.")
            return redirect("money_account", account.pk)
    return render(request, "expenses/account_form.html", {"form": form, "account": found, "last": last})


def _url(kept: dict[str, str], way: str, token: str) -> str:
    return f"?{urlencode({**kept, way: token})}" if token else ""
