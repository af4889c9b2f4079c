"""What the pages that record an expense do alike."""

from datetime import date

from django.contrib import messages
from django.utils import timezone

from accounts.middleware import MemberRequest
from accounts.models import Member
from common.errors import DomainError
from common.forms import refusals_shown_on
from common.idempotency import Answer, IdempotencyConflict, fingerprint, run_once
from common.money import ZERO
from common.templatetags.tillbook import money
from expenses.filing import Line
from expenses.forms import ExpenseForm
from expenses.guesses import Asked, Guess, get_guess
from expenses.models import ExpenseKind, ExpenseState
from expenses.outlook import Outlook, get_outlook
from expenses.queries import BudgetPosition, get_alike
from expenses.services.record import ConfirmOverBudget, Recorded, record_expense, update_expense


def foretold(by: Member, form: ExpenseForm) -> Outlook | None:
    """What the entry would do, once enough of it is there."""
    return get_outlook(by, form.entry(), expense=form.expense) if form.is_valid() else None


def suggested(form: ExpenseForm) -> Guess | None:
    """Where an entry may belong that names no category, while neither it nor its payee says so."""
    entered = form.cleaned_data if form.is_bound and not form.is_valid() else {}
    if form.expense or form.refund_of or form.opens_splits or form.categories.get(form["category"].value()):
        return None
    if not entered.get("payee") and not entered.get("note"):
        return None
    account = entered.get("account")
    line = Line(entered["payee"], entered["note"], entered.get("amount") or ZERO, account.pk if account else None)
    return get_guess(form.business, Asked(line, entered.get("kind") or ExpenseKind.EXPENSE))


def recorded(request: MemberRequest, form: ExpenseForm) -> Recorded | None:
    """Record a valid form. None where it was refused or asks, which the form says, or where a first click did it already."""
    confirmed, now = form.cleaned_data["confirmed"], timezone.now()
    done: Recorded | None = None
    with refusals_shown_on(form):
        try:
            if form.expense:
                done = update_expense(expense=form.expense, by=request.member, entry=form.entry(), at=now, confirmed=confirmed)
            else:
                done = _recorded_once(request, form)
        except ConfirmOverBudget as question:
            form.asks = question.message
    return done


def say(request: MemberRequest, done: Recorded, what: str) -> None:
    """What was recorded, at which day's rate, what it leaves, and what it may double."""
    currency = request.business.currency
    if done.expense.state == ExpenseState.WAITING:
        what = f"{what} and waits for approval"
    rate = [f"It is {money(done.expense.amount, currency)} at the rate of {_day(done.rate_on)}"] if done.rate_on else []
    left = [_left(each, currency) for each in done.budgets]
    messages.success(request, ". ".join([f"The {done.expense.kind} {what}", *rate, *left]) + ".")
    alike = get_alike(done.expense)
    if alike:
        days = ", ".join(sorted({_day(other.spent_on) for other in alike}))
        messages.warning(request, f"The same amount was recorded on {days}. If it is the same expense, delete one of them.")


def _recorded_once(request: MemberRequest, form: ExpenseForm) -> Recorded | None:
    done: list[Recorded] = []
    key, confirmed, now = form.cleaned_data["key"], form.cleaned_data["confirmed"], timezone.now()

    def work() -> Answer:
        done[:] = [record_expense(by=request.member, entry=form.entry(), at=now, confirmed=confirmed)]
        return Answer(302, "")

    body = fingerprint(repr(form.cleaned_data).encode())
    try:
        run_once(business_id=request.business.pk, key=key and f"expense:{key}", body=body, at=now, work=work)
    except IdempotencyConflict as error:
        raise DomainError("This was recorded already. Open the page again for something else.") from error
    return done[0] if done else None


def _left(each: BudgetPosition, currency: str) -> str:
    left = each.position.left
    return f"{each.budget.name}: {money(abs(left), currency)} {'over' if left < 0 else 'left'}"


def _day(on: date) -> str:
    return f"{on.day} {on:%B}"
