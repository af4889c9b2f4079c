from accounts.models import Member
from accounts.permissions import Action
from expenses.models import Expense


def may_change(expense: Expense, by: Member) -> None:
    """One's own, or anybody's as a manager. Raises NotAllowed."""
    by.must(Action.ADD_EXPENSE if expense.created_by_id == by.pk else Action.CHANGE_EXPENSE)


def may_delete(expense: Expense, by: Member) -> None:
    """What a manager has approved, a clerk does not take back. Raises NotAllowed."""
    may_change(expense, by)
    if expense.approved_by_id is not None and expense.approved_by_id != by.pk:
        by.must(Action.CHANGE_EXPENSE)
