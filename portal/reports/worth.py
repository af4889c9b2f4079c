"""Net worth over time: what lies on all accounts together, at the ends of days or of months."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse

from accounts.models import Business
from common.charts import line_charts
from common.money import ZERO, symbol
from common.templatetags.tillbook import money
from expenses.models import Account
from expenses.periods import DAY, Period
from expenses.worth import get_balances_at
from portal.reports import spans
from portal.reports.shapes import Column, Figure, Report, Row

DAY_BY_DAY = 31  # at most; what is longer goes by months
TITLE = "Net worth"
Balances = dict[int, Decimal]


def net_worth(business: Business, period: Period, today: date) -> Report:
    """Seven queries. Days to come are left out; closed accounts count as long as something lies on them."""
    days = _days(period, today)
    accounts = list(Account.objects.for_business(business).order_by("name", "pk"))
    if not accounts or not days:
        return Report(TITLE, period, "No account yet" if not accounts else "These days are still to come", "Day", [], [])
    balances = get_balances_at(business, days)
    shown = [each for each in accounts if each.is_active or any(on[each.pk] for on in balances)]
    totals = [sum(on.values(), ZERO) for on in balances]
    rows = [
        _row(day, shown, on, total, before)
        for day, on, total, before in zip(days, balances, totals, [None, *totals], strict=False)
    ]
    told = "; ".join(f"{row.label}: {money(total, business.currency)}" for row, total in zip(rows, totals, strict=True))
    return Report(
        title=TITLE,
        period=period,
        finding=_finding(business, totals, rows),
        of="At the end of",
        columns=[
            Column("total", "Together"),
            Column("change", "Change"),
            *(Column(f"account_{each.pk}", each.name) for each in shown),
        ],
        rows=rows,
        charts=line_charts(totals, [f"{day.day} {day:%b}" for day in days], unit=symbol(business.currency)),
        chart_text=f"{TITLE} at the end of each day shown. {told}",
    )


def _days(period: Period, today: date) -> list[date]:
    """The last day of each month, or each day of a short period; today stands for those to come."""
    until = min(period.last, today)
    if until < period.first:
        return []
    if period.days <= DAY_BY_DAY:
        return [period.first + n * DAY for n in range((until - period.first).days + 1)]
    return [month.last for month in spans.months(Period(period.first, until))]


def _row(day: date, accounts: Sequence[Account], balances: Balances, total: Decimal, before: Decimal | None) -> Row:
    figures = [Figure(total, f"{reverse('money')}?on={day}"), Figure(total - before if before is not None else None)]
    figures += [Figure(balances[each.pk], f"{reverse('money_account', args=[each.pk])}?until={day}") for each in accounts]
    return Row(f"{day.day} {day:%B} {day.year}", figures, key=day.isoformat())


def _finding(business: Business, totals: Sequence[Decimal], rows: Sequence[Row]) -> str:
    now, change = money(totals[-1], business.currency), totals[-1] - totals[0]
    if not change:
        return f"{now} on {rows[-1].label}"
    way = "more" if change > 0 else "less"
    return f"{now} on {rows[-1].label}, {money(abs(change), business.currency)} {way} than on {rows[0].label}"
