"""The days that a report is about, and those that it compares them with."""

from collections.abc import Mapping
from datetime import date, timedelta

from expenses.periods import DAY, FIRST_DAY, LAST_DAY, Every, Period, Schedule

NAMES = {
    "month": "This month",
    "last-month": "Last month",
    "quarter": "This quarter",
    "year": "This year",
    "12-months": "Last 12 months",
}
MOST_DAYS = 3660  # ten years


def refusal(first: date | None, last: date | None) -> tuple[str, str]:
    """At which of two days, "first" or "last", they are refused and why; empty where they are taken."""
    if not first or not last:
        return ("last", "Choose the last day too.") if first else ("first", "Choose the first day too.")
    if not all(FIRST_DAY.year < day.year < LAST_DAY.year for day in (first, last)):
        return "first", f"Choose days after {FIRST_DAY.year} and before {LAST_DAY.year}."
    if first > last:
        return "last", "The last day is before the first."
    return ("last", "Choose ten years at most.") if Period(first, last).days > MOST_DAYS else ("", "")


def named(today: date) -> Mapping[str, Period]:
    month = today.replace(day=1)
    quarter = month.replace(month=month.month - (month.month - 1) % 3)
    end = _months_on(month, 1) - DAY
    return {
        "month": Period(month, end),
        "last-month": Period(_months_on(month, -1), month - DAY),
        "quarter": Period(quarter, _months_on(quarter, 3) - DAY),
        "year": Period(today.replace(month=1, day=1), today.replace(month=12, day=31)),
        "12-months": Period(_months_on(month, -11), end),
    }


def before(period: Period) -> Period:
    """As many whole months before, or as many days where it is not made of months."""
    if period.first.day == 1 and (period.last + DAY).day == 1:
        months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
        return Period(_months_on(period.first, -months), period.first - DAY)
    return Period(period.first - timedelta(days=period.days), period.first - DAY)


def months(period: Period) -> list[Period]:
    """The months that it touches, the first and the last cut to its days."""
    found = []
    first = period.first
    while first <= period.last:
        last = min(_months_on(first.replace(day=1), 1) - DAY, period.last)
        found.append(Period(first, last))
        first = last + DAY
    return found


def last_year_of(period: Period) -> Period:
    """Its last twelve months, the last one as far as it goes."""
    return Period(_months_on(period.last.replace(day=1), -11), period.last)


def in_words(period: Period) -> str:
    """March 2026, 2026, or 3 March to 7 April 2026."""
    if period == Period(period.first.replace(day=1), _months_on(period.first.replace(day=1), 1) - DAY):
        return f"{period.first:%B} {period.first.year}"
    if (period.first, period.last) == (date(period.first.year, 1, 1), date(period.first.year, 12, 31)):
        return str(period.first.year)
    if period.first == period.last:
        return _day(period.first)
    first, last = period.first, period.last
    year = "" if first.year == last.year else f" {first.year}"
    month = "" if first.month == last.month and not year else f" {first:%B}"
    return f"{first.day}{month}{year} to {_day(last)}"


def brief(period: Period) -> str:
    """As short as it heads a column: Mar 2026, Jan–Mar 2026, 3 Mar–7 Apr 2026."""
    first, last = period.first, period.last
    is_months = first.day == 1 and (last + DAY).day == 1
    year = "" if first.year == last.year else f" {first.year}"
    begins, ends = (f"{day:%b}" if is_months else f"{day.day} {day:%b}" for day in (first, last))
    return f"{ends} {last.year}" if begins == ends and not year else f"{begins}{year}–{ends} {last.year}"


def _day(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"


def _months_on(month: date, count: int) -> date:
    return Schedule(Every.MONTHLY, month).start_of(count)
