"""Money moved between budgets, as between envelopes: what it came to, and what was done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import Business
from expenses.models import Budget, BudgetMove

Moved = Mapping[int, Mapping[date, Decimal]]


def get_moved(business: Business, since: date, until: date) -> Moved:
    """By budget and day, what came in less what went out. One query."""
    moved: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = BudgetMove.objects.filter(business=business, moved_on__range=(since, until))
    for source, target, on, amount in rows.values_list("source_id", "target_id", "moved_on", "amount"):
        moved[source][on] -= amount
        moved[target][on] += amount
    return moved


def get_moves_of(budget: Budget) -> QuerySet[BudgetMove]:
    """What was moved into a budget and out of it, the newest first."""
    rows = BudgetMove.objects.filter(Q(source=budget) | Q(target=budget), business=budget.business_id)
    return rows.select_related("source", "target", "moved_by__user").order_by("-moved_on", "-pk")


def choices_for(budgets: Iterable[Budget], on: date) -> list[Budget]:
    """The budgets that money can be moved between on a day."""
    return [budget for budget in budgets if budget.schedule.holding(on)]
