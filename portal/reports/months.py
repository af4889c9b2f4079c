"""Month against month: what was spent, and in a book what was earned and what it left."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from accounts.models import Business
from common.charts import bar_charts
from common.money import ZERO, symbol
from common.templatetags.tillbook import money
from expenses.periods import Period
from expenses.reports import get_by_month, get_earned_by_month
from portal.queries.takings import growth
from portal.reports import links, spans
from portal.reports.shapes import Column, Figure, Report, Row, Unit

SPENT = (Column("spent", "Spent"), Column("change", "Change", Unit.CHANGE))
EARNED = (Column("earned", "Earned"), Column("left", "Left over"))  # what a shop earns is not in its expenses
A_YEAR = 12
Sums = Mapping[date, Decimal]


def by_month(business: Business, period: Period) -> Report:
    """At most two queries. A change is against the month above; a month that the period cuts counts its days within."""
    spent = get_by_month(business, period)
    earned = None if business.is_shop else get_earned_by_month(business, period)
    months = spans.months(period)
    befores = [None, *(_of(spent, month) for month in months)]
    rows = [_row(month, spent, earned, before) for month, before in zip(months, befores, strict=False)]
    amounts = [_of(spent, month) for month in months]
    came = None if earned is None else sum(earned.values(), ZERO)
    told = "; ".join(f"{row.label} {money(row.figures[0].value, business.currency)}" for row in rows)
    return Report(
        title="Month against month",
        period=period,
        finding=_finding(business, rows, amounts),
        of="Month",
        columns=SPENT if earned is None else (*SPENT, *EARNED),
        rows=rows,
        total=Row("All months", _figures(period, sum(spent.values(), ZERO), came), is_sum=True),
        charts=bar_charts(amounts, _labels(months), unit=symbol(business.currency)),
        chart_text=f"Spent by month: {told}",
    )


def _row(month: Period, spent: Sums, earned: Sums | None, before: Decimal | None) -> Row:
    out = _of(spent, month)
    change = growth(out, before) if before is not None else None
    figures = _figures(month, out, None if earned is None else _of(earned, month), change)
    return Row(spans.in_words(month), figures, key=f"{month.first:%Y-%m}", url=links.report("categories", month))


def _figures(period: Period, out: Decimal, came: Decimal | None, change: Decimal | None = None) -> list[Figure]:
    figures = [Figure(out, links.spent(period)), Figure(change)]
    if came is not None:
        figures += [Figure(came, links.counted(period, kind="income")), Figure(came - out, links.counted(period))]
    return figures


def _of(sums: Sums, month: Period) -> Decimal:
    return sums.get(month.first.replace(day=1), ZERO)


def _labels(months: Sequence[Period]) -> list[str]:
    return [f"{month.first:%b}" if len(months) <= A_YEAR else f"{month.first:%b %y}" for month in months]


def _finding(business: Business, rows: Sequence[Row], amounts: Sequence[Decimal]) -> str:
    most = max(amounts)
    if most <= 0:
        return "Nothing spent in these months" if len(rows) > 1 else "Nothing spent in this month"
    shown = money(most, business.currency)
    return f"{shown} spent" if len(rows) == 1 else f"Most was spent in {rows[amounts.index(most)].label}: {shown}"
