"""Rule 12: each threshold is told once per crossing and re-armed when the position falls back below it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Business
from alerts.models import AlertKind
from alerts.services import Finding, raise_alerts, recover
from common import money
from common.db import unit_of_work
from expenses.models import Budget, BudgetCrossing
from expenses.positions import State
from expenses.queries import BudgetPosition, get_budgets, get_positions

Key = tuple[int, date]


@unit_of_work()
def check_budgets(*, business: Business, budgets: Sequence[Budget], on: date, at: datetime) -> list[BudgetPosition]:
    """Tell of thresholds newly crossed, all in one email a person, and take back what fell below. Returns the positions."""
    positions = get_positions(business, budgets, on)
    told = _told(positions)
    findings, mended = [], []
    for each in positions:
        known = told[_key(each)]
        mended += [_subject_key(each, level) for level in _fallen_back(each, known)]
        if won := _newly_crossed(each, known, at):
            findings.append(_finding(each, won[-1]))
            mended += [_subject_key(each, level) for level in known | set(won) if level < won[-1]]
    if mended:
        recover(business=business, kind=AlertKind.BUDGET, subject_keys=mended, at=at)
    if findings:
        raise_alerts(business=business, findings=findings, at=at)
    return positions


def check_business(*, business: Business, at: datetime) -> None:
    """The schedule's check of all budgets of a business, on its local day."""
    check_budgets(business=business, budgets=list(get_budgets(business)), on=business.local_day(at), at=at)


def _key(each: BudgetPosition) -> Key:
    return each.budget.pk, each.position.period.first


def _told(positions: Sequence[BudgetPosition]) -> dict[Key, set[Decimal]]:
    told: dict[Key, set[Decimal]] = defaultdict(set)
    rows = BudgetCrossing.objects.filter(budget__in=[each.budget.pk for each in positions])
    for budget, first, level in rows.values_list("budget_id", "period_from", "level"):
        told[budget, first].add(level)
    return told


def _newly_crossed(each: BudgetPosition, told: set[Decimal], at: datetime) -> list[Decimal]:
    """The thresholds that this call, and no other at the same moment, found crossed; the lowest first."""
    return [level for level in each.position.crossed if level not in told and _claim(each, level, at)]


def _claim(each: BudgetPosition, level: Decimal, at: datetime) -> bool:
    budget, first = _key(each)
    try:
        with transaction.atomic():
            BudgetCrossing.objects.create(budget_id=budget, period_from=first, level=level, crossed_at=at)
    except IntegrityError:
        return False
    return True


def _fallen_back(each: BudgetPosition, told: set[Decimal]) -> set[Decimal]:
    """The thresholds below which the position is again, which are armed from now on."""
    fallen = told - set(each.position.crossed)
    if fallen:
        BudgetCrossing.objects.filter(budget=each.budget, period_from=each.position.period.first, level__in=fallen).delete()
    return fallen


def _subject_key(each: BudgetPosition, level: Decimal) -> str:
    return f"budget:{each.budget.pk}:{each.position.period.first}:{level.normalize():f}"


def _finding(each: BudgetPosition, level: Decimal) -> Finding:
    where, symbol = each.position, money.symbol(each.budget.business.currency)

    def amount(value: Decimal) -> str:
        return f"{symbol}{each.budget.business.money(value):,}"

    if where.state is State.OVER:
        message = f"{amount(where.used)} of {amount(where.available)}: {amount(-where.left)} over."
    else:
        message = f"{amount(where.used)} of {amount(where.available)}: {amount(where.left)} left until {where.period.last:%d %B}."
    url = f"{reverse('budget', args=[each.budget.pk])}?on={where.period.first}"
    return Finding(AlertKind.BUDGET, _subject_key(each, level), each.budget.name, message, url)
