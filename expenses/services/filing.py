"""Files what lies to be filed, as somebody has seen and said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import InvalidInput
from expenses.guesses import forget_learned
from expenses.models import ExpenseCategory
from expenses.services.closing import check_open
from expenses.services.refile import Change, ChangedMeanwhile, refile
from expenses.unfiled import get_unfiled

MANY = 10  # from so many on there is something new to learn


class BadPick(InvalidInput):
    field = "category"


@dataclass(frozen=True)
class Pick:
    """The category that somebody chose for an expense, which they read at `version`."""

    expense_id: int
    version: int
    category_id: int


@unit_of_work()
def file_expenses(*, picks: Sequence[Pick], by: Member, at: datetime) -> int:
    """File all of them or none, audited one by one. Raises PeriodClosed, and ChangedMeanwhile where one is not as it was read."""
    by.must(Action.CHANGE_EXPENSE)
    business = by.business
    offered = set(ExpenseCategory.objects.for_business(business).to_file_under().values_list("pk", flat=True))
    if not picks or any(pick.category_id not in offered for pick in picks):
        raise BadPick("Choose a category from the list.")
    unfiled = get_unfiled(business).filter(pk__in=[pick.expense_id for pick in picks])
    check_open(business, *unfiled.values_list("spent_on", flat=True), field="category")
    here = set(unfiled.values_list("pk", flat=True))
    changes = [Change(pick.expense_id, pick.version, pick.category_id) for pick in picks if pick.expense_id in here]
    done = refile(by=by, changes=changes, at=at, action="filed by hand")
    if done != len(picks):
        raise ChangedMeanwhile("Somebody changed or filed one of them meanwhile. Look again, then file.")
    if done >= MANY:
        forget_learned(business)
    return done
