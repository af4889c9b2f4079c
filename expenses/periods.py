"""Rule 11: a budget's periods are dates. A 31st in a short month is its last day."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
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
        day: date = self.starts_on + relativedelta(months=MONTHS[self.every] * index)
        return day

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

    def _period(self, index: int) -> Period:
        last = self.start_of(index + 1) - timedelta(days=1)
        return Period(self.start_of(index), min(last, self.ends_on) if self.ends_on else last)

    def _index(self, on: date) -> int:
        if self.every is Every.WEEKLY:
            return (on - self.starts_on).days // 7
        months = (on.year - self.starts_on.year) * 12 + on.month - self.starts_on.month
        index = months // MONTHS[self.every]
        return index if self.start_of(index) <= on else index - 1
