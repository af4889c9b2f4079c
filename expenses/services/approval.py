"""What waits counts nowhere until somebody who may approves it.

What is refused is deleted: it never counted, so nothing hangs on it, and a row that every list, sum and export would have
to leave out for ever is a trap. The audit keeps what it was and why it was refused; whoever entered it is told by email.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import F

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action, Role
from common.db import unit_of_work
from common.errors import DomainError, Forbidden, InvalidInput
from expenses.approvals import get_waiting
from expenses.models import Budget, Expense, ExpenseState, Split
from expenses.queries import get_budgets, get_tree
from expenses.services import closed
from expenses.services.closing import check_open
from expenses.services.papers import drop_papers
from expenses.services.record.filing import values
from expenses.services.waiting import call_off
from expenses.services.watch import check_budgets
from expenses.weights import weight_as_read
from mail.outbox import queue_email

Picked = Mapping[int, int | None]  # an expense's id, and the version that was looked at


class AlreadyDecided(DomainError):
    code = "already_decided"


class ChangedMeanwhile(DomainError):
    """What was looked at is not what it is now."""

    code = "stale_version"
    field = "version"


class NotYourOwn(Forbidden):
    code = "own_expense"


class ReasonMissing(InvalidInput):
    code = "required"
    field = "reason"


class NothingPicked(InvalidInput):
    code = "required"
    field = "picked"


@unit_of_work()
def approve_expenses(*, picked: Picked, by: Member, at: datetime) -> list[Expense]:
    """All of them count from now on, or none does; their budgets are checked. Nobody but an owner approves their own."""
    found = _claimed(picked, by, state=ExpenseState.POSTED, approved_by=by, approved_at=at)
    if by.role != Role.OWNER and any(expense.created_by_id == by.pk for expense in found):
        raise NotYourOwn("Your own expenses are approved by another manager or by the owner.")
    for expense in found:
        trail.record("expense approved", expense, by=by, at=at, before={"state": "waiting"}, after={"state": "posted"})
    Split.objects.filter(expense__in=[expense.pk for expense in found if expense.sign]).update(is_spending=True)
    call_off(by.business, list(picked), at)
    touched, today = _touched(found, by), by.business.local_day(at)
    for on, budgets in touched.items():
        closed.forget(budgets=budgets, days=[on], today=today)
    for on, budgets in touched.items():
        check_budgets(business=by.business, budgets=budgets, on=on, at=at)
    return found


@unit_of_work()
def refuse_expenses(*, picked: Picked, reason: str, by: Member, at: datetime) -> list[Expense]:
    """Take them out for a reason, which goes to whoever entered them."""
    by.must(Action.APPROVE_EXPENSE)
    if not reason.strip():
        raise ReasonMissing("Say why: whoever entered it will read it.")
    found = _claimed(picked, by)
    for expense in found:
        trail.record("expense refused", expense, by=by, at=at, before=values(expense), reason=reason.strip())
        _tell(expense, reason.strip(), by, at)
        drop_papers(expense)
        expense.delete()
    call_off(by.business, list(picked), at)
    return found


def _claimed(picked: Picked, by: Member, **changes: object) -> list[Expense]:
    """The expenses, which nobody else can decide any more."""
    by.must(Action.APPROVE_EXPENSE)
    if not picked:
        raise NothingPicked("Choose at least one expense.")
    found = list(get_waiting(by.business).filter(pk__in=list(picked)).order_by("pk"))
    if len(found) < len(picked):
        raise AlreadyDecided("This was decided already. Look at the list again.")
    check_open(by.business, *(expense.spent_on for expense in found))
    for expense in found:
        _claim(expense, picked[expense.pk], changes)
    return found


def _claim(expense: Expense, version: int | None, changes: Mapping[str, object]) -> None:
    seen = expense.version
    if version not in {None, seen}:
        raise ChangedMeanwhile("Somebody changed it after you looked. Look at the list again.")
    rows = Expense.objects.filter(pk=expense.pk, state=ExpenseState.WAITING, version=seen)
    if not rows.update(version=F("version") + 1, **changes):
        raise ChangedMeanwhile("Somebody changed it at this moment. Look at the list again.")
    for name, value in {"version": seen + 1, **changes}.items():
        setattr(expense, name, value)


def _touched(expenses: Sequence[Expense], by: Member) -> dict[date, list[Budget]]:
    """By day, the budgets that the expenses count against."""
    budgets, tree = list(get_budgets(by.business)), get_tree(by.business)
    touched: dict[date, dict[int, Budget]] = defaultdict(dict)
    for expense in expenses:
        if expense.sign:
            weight = weight_as_read(expense)
            touched[expense.spent_on] |= {budget.pk: budget for budget in budgets if weight.touches(budget, tree)}
    return {on: list(found.values()) for on, found in touched.items() if found}


def _tell(expense: Expense, reason: str, by: Member, at: datetime) -> None:
    author = expense.created_by
    if author.pk == by.pk or not author.is_active or not author.user.is_active:
        return
    queue_email(
        kind="expense_refused",
        to=author.user.email,
        context={"expense": expense, "reason": reason, "by": by.user, "business": by.business},
        at=at,
        business_id=by.business_id,
        user_id=author.user_id,
    )
