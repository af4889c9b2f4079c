from datetime import datetime

from accounts import trail
from accounts.history import has_amounts
from accounts.models import Business, Member
from accounts.permissions import Action
from audit import services as audit
from common.db import unit_of_work
from expenses.models import Expense, ExpenseState
from expenses.services import closed
from expenses.services.closing import check_open
from expenses.services.papers import drop_papers
from expenses.services.record.amounts import settled
from expenses.services.record.entry import Entry, Recorded
from expenses.services.record.filing import file, fill, values
from expenses.services.record.limits import recheck, touched
from expenses.services.record.reconciled import claim, keep_reconciled, refuse_reconciled
from expenses.services.record.refunds import check_refund, check_refunded, check_without_refunds
from expenses.services.rights import may_change, may_delete
from expenses.services.unusual import look_at_changed, look_at_new, take_back
from expenses.services.waiting import call_for_approval, call_off, must_wait
from expenses.weights import get_weight


@unit_of_work()
def record_expense(*, by: Member, entry: Entry, at: datetime, confirmed: bool = False) -> Recorded:
    """Write an expense and check the budgets it touches, in one transaction. It may have to wait for approval first."""
    by.must(Action.ADD_EXPENSE)
    check_open(by.business, entry.spent_on)
    expense = Expense(business=by.business, created_by=by, created_at=at)
    entry, rate_on = settled(entry, by.business)
    fill(expense, entry, by)
    expense.state = ExpenseState.WAITING if must_wait(by=by, amount=entry.amount) else ExpenseState.POSTED
    check_refund(expense, entry, by.business)
    expense.save(force_insert=True)
    positions = file(expense, entry, by, at, confirmed=confirmed)
    trail.record("expense added", expense, by=by, at=at, after=values(expense))
    _ask(expense, at)
    look_at_new(expense, at)
    return Recorded(expense, positions, rate_on)


@unit_of_work()
def update_expense(
    *, expense: Expense, by: Member, entry: Entry, at: datetime, confirmed: bool = False, version: int | None = None
) -> Recorded:
    """Change an expense; its budgets, of before and after, are checked again. Raises StaleVersion.

    What was approved waits again when somebody changes it whose own would wait.
    """
    may_change(expense, by)
    check_open(by.business, expense.spent_on, entry.spent_on)
    claim(expense, version)
    before, counted, spent_before = values(expense), touched(expense), expense.spent_on
    closed.forget(budgets=counted, days=[spent_before], today=by.business.local_day(at))
    weight = get_weight(expense) if expense.sign else None
    entry, rate_on = settled(entry, by.business)
    keep_reconciled(expense, entry)
    check_refund(expense, entry, by.business)
    check_refunded(expense, entry)
    fill(expense, entry, by)
    _wait_again(expense, by)
    expense.save()
    expense.splits.all().delete()
    positions = file(expense, entry, by, at, confirmed=confirmed, before=weight)
    recheck(counted, spent_before, by, at)
    old, new = audit.changes(before, values(expense))
    trail.record("expense changed", expense, by=by, at=at, before=old, after=new)
    _ask(expense, at)
    look_at_changed(expense, at)
    return Recorded(expense, positions, rate_on)


@unit_of_work()
def delete_expense(*, expense: Expense, by: Member, at: datetime) -> None:
    """Take an expense back; what it was stays in the audit."""
    may_delete(expense, by)
    check_open(by.business, expense.spent_on)
    claim(expense, None)
    refuse_reconciled(expense)
    check_without_refunds(expense)
    before, counted, spent_before = values(expense), touched(expense), expense.spent_on
    trail.record("expense deleted", expense, by=by, at=at, before=before)
    call_off(by.business, [expense.pk], at)
    take_back(expense, at)
    drop_papers(expense)
    expense.delete()
    recheck(counted, spent_before, by, at)


@has_amounts
def has_spent(business: Business) -> bool:
    return Expense.objects.for_business(business).exists()


def _wait_again(expense: Expense, by: Member) -> None:
    """What agreed with a statement stays posted: that the money went is no longer a question."""
    if not expense.is_reconciled and must_wait(by=by, amount=expense.amount):
        expense.state, expense.approved_by, expense.approved_at = ExpenseState.WAITING, None, None


def _ask(expense: Expense, at: datetime) -> None:
    if expense.state == ExpenseState.WAITING:
        call_for_approval(expense, at)
