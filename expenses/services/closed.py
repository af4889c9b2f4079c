"""Keeps what ended periods came to: taken out by whoever changes a day in them, added up again by the schedule.

Whoever writes spending takes the period out in the same transaction (`forget`), which raises the version of its row and so
keeps it from others until the end. Whoever adds up writes only if the version is still the one read before: it waits for a
writer who came first, and then leaves it. A row is filled by a later run than the one that made it, when every writer sees it.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from django.db.models import F

from accounts.models import Business
from common.db import unit_of_work
from expenses.closed import Sums, carries, read, written
from expenses.models import Budget, ClosedPeriods
from expenses.periods import Period, merged
from expenses.positions import within
from expenses.queries import get_budgets, get_spent
from expenses.spending import Spent

log = logging.getLogger(__name__)
MARGIN = timedelta(days=2)  # a business may move to a zone where an ended day is today again


@unit_of_work()
def forget(*, budgets: Iterable[Budget], days: Collection[date], today: date) -> None:
    """Before or after spending on these days changes, in the same transaction. No query where no ended period holds them."""
    for budget in budgets:
        periods = [budget.schedule.holding(day) for day in days] if carries(budget) else []
        if firsts := {period.first for period in periods if period and period.last <= today + MARGIN}:
            _take_out(budget, firsts)


def forget_all(*, budgets: Iterable[Budget]) -> None:
    """After what counts against them, or when, has changed: the rows begin anew."""
    ClosedPeriods.objects.filter(budget__in=[budget.pk for budget in budgets]).delete()


@unit_of_work()
def add_up(*, business: Business, today: date) -> None:
    """Add up the ended periods that are not known. A budget that is met for the first time gets its row."""
    budgets = [budget for budget in get_budgets(business) if carries(budget)]
    rows = _rows(budgets)
    for budget in budgets:
        if budget.pk not in rows:
            ClosedPeriods.objects.get_or_create(budget=budget)
    missing = {budget: periods for budget in budgets if (periods := _missing(budget, rows.get(budget.pk), today))}
    if not missing:
        return
    spent = Spent(business, list(missing), merged(period for periods in missing.values() for period in periods))
    for budget, periods in missing.items():
        came_to = zip([period.first for period in periods], within(spent.by_day(budget), periods), strict=True)
        _write(rows[budget.pk], read(rows[budget.pk].spent) | dict(came_to))


def prove(*, business: Business) -> list[Budget]:
    """Add up all afresh; what differs is put right, and named. There should be none, ever."""
    budgets = [budget for budget in get_budgets(business) if carries(budget)]
    rows = _rows(budgets)
    wrong = [budget for budget in budgets if budget.pk in rows and not _is_right(budget, rows[budget.pk])]
    for budget in wrong:
        log.error("What ended periods of budget %s came to was wrong, and is added up afresh.", budget.pk)
    forget_all(budgets=wrong)
    return wrong


def _rows(budgets: Iterable[Budget]) -> dict[int, ClosedPeriods]:
    return {row.budget_id: row for row in ClosedPeriods.objects.filter(budget__in=[budget.pk for budget in budgets])}


def _missing(budget: Budget, row: ClosedPeriods | None, today: date) -> Sequence[Period]:
    if row is None:
        return []
    known = read(row.spent)
    latest = min(today, budget.ends_on) if budget.ends_on else today
    return [period for period in budget.schedule.until(latest) if period.last < today and period.first not in known]


def _is_right(budget: Budget, row: ClosedPeriods) -> bool:
    known = read(row.spent)
    periods = [period for first in known if (period := budget.schedule.holding(first)) and period.first == first]
    afresh = dict(zip((period.first for period in periods), get_spent(budget, periods), strict=True))
    return afresh == known or not ClosedPeriods.objects.filter(pk=row.pk, version=row.version).exists()


def _take_out(budget: Budget, firsts: Collection[date]) -> None:
    rows = ClosedPeriods.objects.filter(budget=budget)
    if not rows.update(version=F("version") + 1):  # which keeps it to us until the end
        return
    known = read(rows.values_list("spent", flat=True).get())
    if known.keys() & set(firsts):
        rows.update(spent=written({first: amount for first, amount in known.items() if first not in firsts}))


def _write(row: ClosedPeriods, sums: Sums) -> None:
    ClosedPeriods.objects.filter(pk=row.pk, version=row.version).update(spent=written(sums), version=F("version") + 1)
