import re
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import member_required
from accounts.middleware import MemberRequest
from accounts.permissions import Action
from common.forms import posted, refusals_shown_on, refusals_told
from expenses.forms.money import StatementForm
from expenses.models import Account, Expense
from expenses.reconciling import Ticks, get_last, get_standing
from expenses.services.reconcile import reconcile as agree
from expenses.services.reconcile import unreconcile_expense

TICK = re.compile(r"([et])(\d{1,18})", re.ASCII)
NEEDS_A_CATEGORY = "Choose the category that the difference goes to."


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(Action.MANAGE_ACCOUNTS)
def reconcile(request: MemberRequest, pk: int) -> HttpResponse:
    """Tick off what is on the statement; each press of a button says what is still missing, and the last one finishes."""
    found = get_object_or_404(Account.objects.for_business(request.business).select_related("business"), pk=pk)
    form, step = StatementForm(posted(request), business=request.business), request.POST.get("do", "")
    standing, ticks = None, Ticks()
    if form.is_valid():
        on, balance = form.cleaned_data["statement_on"], form.cleaned_data["balance"]
        ticks = _ticks(request, form.cleaned_data["all_until"])
        if step in {"finish", "settle"} and _finished(request, found, form, ticks, settles=step == "settle"):
            return redirect("money_account", pk)
        standing = get_standing(found, on, balance, ticks)
    context = {
        "account": found,
        "form": form,
        "standing": standing,
        "ticked": {*(f"e{pk}" for pk in ticks.expenses), *(f"t{pk}" for pk in ticks.transfers)},
        "last": get_last(found),
    }
    return render(request, "expenses/reconcile.html", context)


@require_POST
@member_required(Action.MANAGE_ACCOUNTS)
def expense_unreconcile(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Expense.objects.for_business(request.business), pk=pk)
    with refusals_told(request):
        unreconcile_expense(expense=found, by=request.member, at=timezone.now())
        messages.success(request, "It can be changed again. Tick it off anew with the next statement.")
    return redirect("expense", pk)


def _finished(request: MemberRequest, account: Account, form: StatementForm, ticks: Ticks, *, settles: bool) -> bool:
    on, balance, category = (form.cleaned_data[name] for name in ("statement_on", "balance", "category"))
    if settles and category is None:
        form.add_error("category", NEEDS_A_CATEGORY)
        return False
    with refusals_shown_on(form):
        agree(
            account=account,
            by=request.member,
            on=on,
            balance=balance,
            ticks=ticks,
            at=timezone.now(),
            difference_to=category if settles else None,
        )
        messages.success(request, f"{account} agrees with its statement of {on.day} {on:%B %Y}.")
    return form.is_valid()


def _ticks(request: MemberRequest, all_until: date | None) -> Ticks:
    found = [match for tick in request.POST.getlist("tick") if (match := TICK.fullmatch(tick))]
    expenses, transfers = ({int(each[2]) for each in found if each[1] == kind} for kind in "et")
    return Ticks(expenses, transfers, all_until)
