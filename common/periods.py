"""A business's local days, as the half-open UTC ranges that a query needs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 28)  # whose moments are in the calendar on the clock of every zone


@cache
def zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@dataclass(frozen=True)
class Moments:
    """Half-open: `since` <= moment < `until`, both UTC."""

    since: datetime
    until: datetime


def local_day(at: datetime, timezone: str) -> date:
    return at.astimezone(ZoneInfo(timezone)).date()


def day_start(on: date, timezone: str) -> datetime:
    """The first moment of a local day, in UTC (01:00 local where midnight is skipped by DST)."""
    return datetime.combine(on, time.min, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def days(first: date, last: date, timezone: str) -> Moments:
    """From the start of `first` to the end of `last`, both included. Days near the ends of the calendar are brought inside."""
    first, last = (min(max(day, FIRST_DAY), LAST_DAY) for day in (first, last))
    return Moments(day_start(first, timezone), day_start(last + timedelta(days=1), timezone))
