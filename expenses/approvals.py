"""What waits for approval, and what each would do to its budgets."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import Business
from accounts.riders import ride_along
from expenses.models import Budget, Expense, ExpenseState
from expenses.queries import BudgetPosition, get_budgets, get_positions, get_tree
from expenses.weights import weight_as_read


@dataclass(frozen=True)
class Effect:
    """A budget as it stands, and as it would stand with the expense."""

    now: BudgetPosition
    after: BudgetPosition


def waiting_expenses(business_id: OuterRef) -> Combinable:
    """How many expenses of a business wait, as a part of another query."""
    waiting = Expense.objects.filter(business_id=business_id, state=ExpenseState.WAITING)
    counted = waiting.order_by().values("business_id").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


ride_along("waiting_expenses", waiting_expenses)


def get_waiting(business: Business) -> QuerySet[Expense]:
    rows = Expense.objects.for_business(business).filter(state=ExpenseState.WAITING)
    rows = rows.select_related("business", "payee", "account", "created_by__user")
    return rows.prefetch_related("splits__category", "tags", "attachments")


def get_effects(business: Business, expenses: Sequence[Expense]) -> dict[int, list[Effect]]:
    """By expense, each with its splits and tags prefetched. One reading of positions for all days of the same periods."""
    budgets, tree = list(get_budgets(business)), get_tree(business)
    effects: dict[int, list[Effect]] = {expense.pk: [] for expense in expenses}
    for same in _of_same_periods(budgets, expenses):
        positions = get_positions(business, budgets, same[0].spent_on, tree=tree)
        for expense in same:
            weight = weight_as_read(expense)
            here = [each for each in positions if expense.sign and weight.touches(each.budget, tree)]
            effects[expense.pk] = [Effect(each, weight.added_to(each, tree)) for each in here]
    return effects


def _of_same_periods(budgets: Sequence[Budget], expenses: Sequence[Expense]) -> list[list[Expense]]:
    same: dict[tuple[date | None, ...], list[Expense]] = defaultdict(list)
    for expense in expenses:
        periods = [budget.schedule.holding(expense.spent_on) for budget in budgets]
        same[tuple(period.first if period else None for period in periods)].append(expense)
    return list(same.values())
