"""How busy the sample shop is: pure functions of the date and a seeded chance."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

SUNDAY = 6
# Monday to Sunday
WEEKDAY = (0.80, 0.82, 0.90, 1.00, 1.25, 1.50, 0.72)
# January to December
SEASON = (0.82, 0.88, 0.94, 1.00, 1.02, 1.02, 1.04, 0.98, 1.00, 1.02, 1.08, 1.42)
# how many come in each hour, from eight in the morning
HOURS = (5, 8, 9, 10, 12, 11, 8, 7, 9, 11, 7)
OPENS, CLOSES = 8, 19
SUNDAY_OPENS, SUNDAY_CLOSES = 10, 16
GROWTH = 0.15  # over the year
CLOSED = {(12, 25), (12, 26), (1, 1)}


def is_open(day: date) -> bool:
    return (day.month, day.day) not in CLOSED


def customers_of(day: date, *, first: date, usual: float, chance: Random) -> int:
    """How many baskets a day sees."""
    if not is_open(day):
        return 0
    grown = 1 + GROWTH * (day - first).days / 365
    expected = usual * WEEKDAY[day.weekday()] * SEASON[day.month - 1] * grown
    return max(round(chance.gauss(expected, expected**0.5)), 1)


def moments(day: date, count: int, *, timezone: str, chance: Random) -> list[datetime]:
    """When they pay, in order, within opening hours."""
    opens, closes = (SUNDAY_OPENS, SUNDAY_CLOSES) if day.weekday() == SUNDAY else (OPENS, CLOSES)
    hours = range(opens, closes)
    weights = HOURS[opens - OPENS : closes - OPENS]
    zone = ZoneInfo(timezone)
    chosen = chance.choices(hours, weights, k=count)
    return sorted(datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), tzinfo=zone) for hour in chosen)


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
