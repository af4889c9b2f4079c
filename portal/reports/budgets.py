"""Budget against actual: each period of each budget that the days touch."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse

from accounts.models import Business
from common.money import ZERO
from expenses.models import Budget
from expenses.periods import DAY, Period
from expenses.positions import Position
from expenses.queries import get_all_budgets, get_positions_on
from portal.queries.takings import percent
from portal.reports import links, spans
from portal.reports.shapes import Column, Figure, Report, Row, Unit

WHOLE = Decimal(100)
COLUMNS = (
    Column("limit", "Limit"),
    Column("carried", "Carried"),
    Column("spent", "Spent"),
    Column("committed", "Committed"),
    Column("left", "Left"),
    Column("used", "Used", Unit.PERCENT),
)


def budgets_against_actual(business: Business, period: Period) -> Report:
    """At most twelve queries, however many budgets and periods. Budgets that are put away count as long as they ran."""
    budgets = list(get_all_budgets(business).select_related("tag"))
    wanted = [(budget, day) for budget in budgets for day in _days(budget, period)]
    positions: dict[int, list[Position]] = {}
    for each in get_positions_on(business, wanted):
        positions.setdefault(each.budget.pk, []).append(each.position)
    rows = [row for budget in budgets if budget.pk in positions for row in _rows(budget, positions[budget.pk])]
    every = [where for found in positions.values() for where in found]
    return Report("Budget against actual", period, _finding(every), "Budget", COLUMNS, rows)


def _days(budget: Budget, period: Period) -> Iterator[date]:
    """The first day of each of its periods that the days touch."""
    day = max(period.first, budget.starts_on)
    while day <= period.last and (here := budget.schedule.holding(day)):
        yield here.first
        day = here.last + DAY


def _rows(budget: Budget, positions: Sequence[Position]) -> Iterator[Row]:
    if len(positions) == 1:
        yield _row(budget.name, budget, positions[0], depth=0)
        return
    yield _sum(budget, positions)
    for where in positions:
        yield _row(spans.in_words(where.period), budget, where, depth=1)


def _row(label: str, budget: Budget, where: Position, *, depth: int) -> Row:
    url = f"{reverse('budget', args=[budget.pk])}?on={where.period.first}"
    used = percent(where.used, where.available) if where.available > 0 else None
    amounts = (where.limit, where.carried, where.spent, where.committed, where.left)
    figures = [*(Figure(amount, url) for amount in amounts), Figure(used)]
    share = min(max(used or ZERO, ZERO), WHOLE)
    return Row(label, figures, key=where.period.first.isoformat(), url=url, depth=depth, share=share)


def _sum(budget: Budget, positions: Sequence[Position]) -> Row:
    """Only what adds up over periods: what is left is carried or gone."""
    whole = Period(positions[0].period.first, positions[-1].period.last)
    limit, spent = (sum((getattr(where, name) for where in positions), ZERO) for name in ("limit", "spent"))
    url = reverse("budget", args=[budget.pk])
    figures = [Figure(limit, url), Figure(None), Figure(spent, links.spent(whole, **_scope(budget))), Figure(None), Figure(None)]
    used = percent(spent, limit) if limit > 0 else None
    share = min(max(used or ZERO, ZERO), WHOLE)
    return Row(budget.name, [*figures, Figure(used)], url=url, share=share, is_sum=True)


def _scope(budget: Budget) -> dict[str, object]:
    """As the list of expenses is narrowed to it."""
    if budget.tag:
        return {"tag": budget.tag.name}
    scope = {"account": budget.account_id, "category": budget.category_id}
    return {name: pk for name, pk in scope.items() if pk}


def _finding(positions: Sequence[Position]) -> str:
    over, count = sum(where.left < 0 for where in positions), len(positions)
    if not count:
        return "No budget ran in these days"
    if not over:
        return "Within its limit" if count == 1 else f"All {count} within their limits"
    return "Over its limit" if count == 1 else f"{over} of {count} over their limits"
