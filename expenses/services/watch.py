"""Rule 12: each threshold is told once per crossing and re-armed when the position falls back below it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from accounts.models import Business
from alerts.models import Alert, AlertKind
from alerts.services import Finding, raise_alerts, recover
from common import money
from common.db import unit_of_work
from expenses.models import Budget
from expenses.periods import CarryOver
from expenses.positions import State
from expenses.queries import BudgetPosition, get_budgets, get_positions_on
from expenses.services import closed, crossings
from expenses.services.crossings import Told

KEPT = timedelta(days=7)  # so that no digest, be it the weekly one, misses the alert of a period that has just ended


@unit_of_work()
def check_budgets(*, business: Business, budgets: Sequence[Budget], on: date, at: datetime) -> list[BudgetPosition]:
    """After spending on a day has changed: tell of thresholds newly crossed, all in one email a person, and take back what
    fell below. Returns the positions in the periods that hold the day.

    Where a budget carries over, the day also weighs on the periods after it: today's is checked, and each that was told of.
    """
    crossings.hold(budgets)
    told, today = crossings.read(budgets), business.local_day(at)
    closed.forget(budgets=budgets, days=[on], today=today)
    days = {budget.pk: {on} | _weighed_on(budget, on, today, told) for budget in budgets}
    positions = _check(business, budgets, days, told, at)
    return [each for each in positions if each.position.period.first <= on <= each.position.period.last]


@unit_of_work()
def check_changed_budgets(*, business: Business, budgets: Sequence[Budget], on: date, at: datetime) -> None:
    """After the terms of budgets have changed from a day on: check today's period, that of the day, and all that were told of.

    What was told of a period that is none any more, or of a budget that was put away, is taken back.
    """
    crossings.hold(budgets)
    told, today = crossings.read(budgets), business.local_day(at)
    days = {budget.pk: ({on, today} | _told_of(budget, told)) if budget.is_active else set() for budget in budgets}
    positions = _check(business, budgets, days, told, at)
    stands = {crossings.period_of(each) for each in positions}
    gone = [
        _subject_key(*period, level)
        for period, levels in told.items()
        if period not in stands
        for level in crossings.fall_back(levels, crossed=())
    ]
    recover(business=business, kind=AlertKind.BUDGET, subject_keys=gone, at=at)


@unit_of_work()
def check_business(*, business: Business, at: datetime, days: Collection[date] = ()) -> None:
    """The schedule's check of all budgets of a business, on its local day.

    Whoever has written much at once names its days, and the periods that were told of are looked at again too.
    """
    budgets, today = list(get_budgets(business)), business.local_day(at)
    crossings.hold(budgets)
    closed.forget(budgets=budgets, days=days, today=today)
    told = crossings.read(budgets)
    looked_at = {budget.pk: {today} | (_told_of(budget, told) if days else set()) for budget in budgets}
    _check(business, budgets, looked_at, told, at)
    _let_go(business, budgets, today, at)


def _weighed_on(budget: Budget, on: date, today: date, told: Told) -> set[date]:
    if budget.carry_over == CarryOver.NONE:
        return set()
    return {day for day in _told_of(budget, told) | {today} if day > on}


def _told_of(budget: Budget, told: Told) -> set[date]:
    return {first for pk, first in told if pk == budget.pk}


def _check(
    business: Business, budgets: Iterable[Budget], days: dict[int, set[date]], told: Told, at: datetime
) -> list[BudgetPosition]:
    positions = get_positions_on(business, [(budget, day) for budget in budgets for day in sorted(days[budget.pk])])
    findings, mended = [], []
    for each in positions:
        known = told.get(crossings.period_of(each), {})
        mended += [_key(each, level) for level in crossings.fall_back(known, each.position.crossed)]
        if won := crossings.cross(each, told, at):
            findings.append(_finding(each, won[-1]))
            mended += [_key(each, level) for level in {*known, *won} if level < won[-1]]
    if mended:
        recover(business=business, kind=AlertKind.BUDGET, subject_keys=mended, at=at)
    if findings:
        raise_alerts(business=business, findings=findings, at=at)
    return positions


def _let_go(business: Business, budgets: Sequence[Budget], today: date, at: datetime) -> None:
    """Close the alerts of periods that are over: nothing can be done there any more. What was told stays told."""
    running = {budget.pk: period.first for budget in budgets if (period := budget.schedule.holding(today))}
    old = Alert.objects.for_business(business).unresolved().filter(kind=AlertKind.BUDGET, raised_at__lte=at - KEPT)
    ended = []
    for key in old.order_by().values_list("subject_key", flat=True):
        _, pk, first, _ = key.split(":")
        if date.fromisoformat(first) < running.get(int(pk), date.max):
            ended.append(key)
    recover(business=business, kind=AlertKind.BUDGET, subject_keys=ended, at=at)


def _key(each: BudgetPosition, level: Decimal) -> str:
    return _subject_key(*crossings.period_of(each), level)


def _subject_key(budget: int, first: date, level: Decimal) -> str:
    return f"budget:{budget}:{first}:{level.normalize():f}"


def _finding(each: BudgetPosition, level: Decimal) -> Finding:
    where, business = each.position, each.budget.business

    def amount(value: Decimal) -> str:
        sign = "\N{MINUS SIGN}" if value < 0 else ""
        return f"{sign}{money.symbol(business.currency)}{business.money(abs(value)):,}"

    if where.state is State.OVER:
        message = f"{amount(where.used)} of {amount(where.available)}: {amount(-where.left)} over."
    else:
        message = f"{amount(where.used)} of {amount(where.available)}: {amount(where.left)} left until {where.period.last:%d %B}."
    url = f"{reverse('budget', args=[each.budget.pk])}?on={where.period.first}"
    return Finding(AlertKind.BUDGET, _key(each, level), each.budget.name, message, url)
