"""Thresholds that were told of: one row for each, which keeps it from being told twice. Falling back deletes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from expenses.models import Budget, BudgetCrossing
from expenses.queries import BudgetPosition

Period = tuple[int, date]
Told = Mapping[Period, Mapping[Decimal, int]]
"""By budget and first day of the period: the levels told of, each with the id of its row."""


def hold(budgets: Iterable[Budget]) -> None:
    """Keep these budgets to us until the end, rows in the order of their keys: two who spend at once come one after the other,
    so that the second sees what the first has taken, is told of what both have crossed, and stopped at what only one fits."""
    rows = Budget.objects.filter(pk__in=[budget.pk for budget in budgets]).order_by("pk")
    list(rows.select_for_update().values_list("pk"))


def read(budgets: Iterable[Budget]) -> Told:
    """What was told of these budgets. Read before their positions: whatever another process has told and committed until then,
    the positions read afterwards contain, so that nobody takes it back in error."""
    told: dict[Period, dict[Decimal, int]] = defaultdict(dict)
    rows = BudgetCrossing.objects.filter(budget__in=[budget.pk for budget in budgets])
    for pk, budget, first, level in rows.values_list("pk", "budget_id", "period_from", "level"):
        told[budget, first][level] = pk
    return told


def period_of(each: BudgetPosition) -> Period:
    return each.budget.pk, each.position.period.first


def cross(each: BudgetPosition, told: Told, at: datetime) -> list[Decimal]:
    """The thresholds that this call, and no other at the same moment, found newly crossed; the lowest first."""
    known = told.get(period_of(each), {})
    return [level for level in each.position.crossed if level not in known and _claim(each, level, at)]


def fall_back(told: Mapping[Decimal, int], crossed: Iterable[Decimal]) -> list[Decimal]:
    """Arm the thresholds below which a position is again. Those that another call armed meanwhile are not ours."""
    fallen = told.keys() - set(crossed)
    return [level for level in fallen if BudgetCrossing.objects.filter(pk=told[level]).delete()[0]]


def _claim(each: BudgetPosition, level: Decimal, at: datetime) -> bool:
    budget, first = period_of(each)
    try:
        with transaction.atomic():
            BudgetCrossing.objects.create(budget_id=budget, period_from=first, level=level, crossed_at=at)
    except IntegrityError:
        return False
    return True
