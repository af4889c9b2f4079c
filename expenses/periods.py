"""Rule 11: a budget's periods are dates. A 31st in a short month is its last day."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models


class Every(models.TextChoices):
    WEEKLY = "weekly", "Week"
    MONTHLY = "monthly", "Month"
    QUARTERLY = "quarterly", "Quarter"
    YEARLY = "yearly", "Year"
    CUSTOM = "custom", "From one day to another"


class CarryOver(models.TextChoices):
    NONE = "none", "Nothing"
    SURPLUS = "surplus", "What is left over"
    ALL = "all", "What is left over or overspent"


FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9000, 12, 31)  # beyond, a period could end after the calendar does
DAY = timedelta(days=1)
MONTHS = {Every.MONTHLY: 1, Every.QUARTERLY: 3, Every.YEARLY: 12}


@dataclass(frozen=True, order=True)
class Period:
    """Both days included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def days_gone(self, on: date) -> int:
        """How many of its days have begun by `on`, at least 0 and at most all."""
        return max(0, min(self.days, (on - self.first).days + 1))


@dataclass(frozen=True)
class Schedule:
    """Periods one after another from `starts_on`; a custom one is a single period to `ends_on`."""

    every: Every
    starts_on: date
    ends_on: date | None = None

    def start_of(self, index: int) -> date:
        """First day of a period, counted from the first start so that a 31st comes back after a short month."""
        if self.every is Every.WEEKLY:
            return self.starts_on + timedelta(weeks=index)
        years, month = divmod(self.starts_on.month - 1 + MONTHS[self.every] * index, 12)
        year = self.starts_on.year + years
        return date(year, month + 1, min(self.starts_on.day, monthrange(year, month + 1)[1]))

    def holding(self, on: date) -> Period | None:
        """The period that holds a day, or None before the first and after the last."""
        if on < self.starts_on or (self.ends_on is not None and on > self.ends_on):
            return None
        if self.every is Every.CUSTOM:
            return Period(self.starts_on, self.ends_on or date.max)
        return self._period(self._index(on))

    def until(self, on: date) -> list[Period]:
        """All periods from the first to the one that holds `on`."""
        last = self.holding(on)
        if last is None or self.every is Every.CUSTOM:
            return [last] if last else []
        return [self._period(index) for index in range(self._index(on) + 1)]

    def complete_before(self, on: date, count: int) -> list[Period]:
        """The last periods that ended before a day, earliest first, also those from before the schedule starts."""
        if self.every is Every.CUSTOM:
            length = (self.ends_on or self.starts_on) - self.starts_on + timedelta(days=1)
            latest = self.starts_on - length * max(-((on - self.starts_on) // length), 0)
            count = min(count, (latest - date.min) // length)  # the calendar begins somewhere
            return [Period(latest - length * back, latest - length * (back - 1) - DAY) for back in range(count, 0, -1)]
        here = self._index(on)
        return [Period(self.start_of(index), self.start_of(index + 1) - DAY) for index in range(here - count, here)]

    def _period(self, index: int) -> Period:
        last = self.start_of(index + 1) - DAY
        return Period(self.start_of(index), min(last, self.ends_on) if self.ends_on else last)

    def _index(self, on: date) -> int:
        if self.every is Every.WEEKLY:
            return (on - self.starts_on).days // 7
        months = (on.year - self.starts_on.year) * 12 + on.month - self.starts_on.month
        index = months // MONTHS[self.every]
        return index if self.start_of(index) <= on else index - 1


def merged(periods: Iterable[Period]) -> list[Period]:
    """The same days as spans without overlap, those that touch as one, the earliest first."""
    spans: list[Period] = []
    for period in sorted(periods):
        if spans and period.first <= spans[-1].last + DAY:
            spans[-1] = Period(spans[-1].first, max(spans[-1].last, period.last))
        else:
            spans.append(period)
    return spans
