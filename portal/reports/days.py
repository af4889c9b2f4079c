"""The calendar of spending: each day the darker the more was spent on it."""

from calendar import Calendar
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from math import ceil

from accounts.models import Business
from common.money import ZERO
from common.templatetags.tillbook import money
from expenses.periods import Period
from expenses.reports import get_by_day
from portal.reports import links, spans
from portal.reports.shapes import Column, Day, Figure, Month, Report, Row

WEEKS = Calendar()
LEVELS = 4
A_YEAR = 366
CUT = "The calendar shows a year at most: the last twelve months of these days."


def by_day(business: Business, period: Period) -> Report:
    """One query. Of a longer period, its last twelve months."""
    shown = spans.last_year_of(period) if period.days > A_YEAR else period
    spent = get_by_day(business, shown)
    rows = [_row(day, spent[day]) for day in sorted(spent)]
    total = Row("All days", [Figure(sum(spent.values(), ZERO), links.spent(shown))], is_sum=True)
    months = _months(shown, spent)
    remark = CUT if shown != period else ""
    return Report(
        "Calendar of spending",
        shown,
        _finding(business, spent),
        "Day",
        [Column("spent", "Spent")],
        rows,
        total,
        remark,
        months=months,
    )


def _row(day: date, amount: Decimal) -> Row:
    return Row(f"{day:%A} {_name(day)}", [Figure(amount, links.spent(Period(day, day)))], key=day.isoformat())


def _months(period: Period, spent: Mapping[date, Decimal]) -> list[Month]:
    levels = _levels(spent)

    def weeks(month: Period) -> Iterator[list[Day | None]]:
        for week in WEEKS.monthdatescalendar(month.first.year, month.first.month):
            yield [_day(day, spent, levels) if month.first <= day <= month.last else None for day in week]

    return [Month(f"{month.first:%B} {month.first.year}", list(weeks(month))) for month in spans.months(period)]


def _day(day: date, spent: Mapping[date, Decimal], levels: Mapping[Decimal, int]) -> Day:
    amount = spent.get(day, ZERO)
    return Day(day, amount, links.spent(Period(day, day)) if day in spent else "", levels.get(amount, 0))


def _levels(spent: Mapping[date, Decimal]) -> dict[Decimal, int]:
    """By rank, 1 to 4, so that one day's rent does not make all others look like nothing. Zero and less have none."""
    amounts = sorted({amount for amount in spent.values() if amount > 0})
    return {amount: ceil(place * LEVELS / len(amounts)) for place, amount in enumerate(amounts, 1)}


def _finding(business: Business, spent: Mapping[date, Decimal]) -> str:
    if not spent:
        return "Nothing spent in these days"
    most = max(spent, key=lambda day: spent[day])
    return f"Most was spent on {most:%A} {_name(most)}: {money(spent[most], business.currency)}"


def _name(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
