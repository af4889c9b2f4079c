"""What is known of ended periods: see `ClosedPeriods`."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from expenses.models import Budget, ClosedPeriods
from expenses.periods import CarryOver

Sums = dict[date, Decimal]


def carries(budget: Budget) -> bool:
    """Only a budget in use is kept up to date with what is written; one that was put away is added up afresh."""
    return budget.pk is not None and budget.is_active and budget.carry_over != CarryOver.NONE


def get_closed(budgets: Iterable[Budget]) -> Mapping[int, Sums]:
    """By budget and first day of a period, what it came to. One query, or none where nothing carries over."""
    wanted = [budget.pk for budget in budgets if carries(budget)]
    if not wanted:
        return {}
    rows = ClosedPeriods.objects.filter(budget__in=wanted).values_list("budget_id", "spent")
    return {budget: read(spent) for budget, spent in rows}


def read(spent: str) -> Sums:
    return {date.fromisoformat(first): Decimal(amount) for first, amount in json.loads(spent).items()}


def written(sums: Mapping[date, Decimal]) -> str:
    return json.dumps({first.isoformat(): str(sums[first]) for first in sorted(sums)})
