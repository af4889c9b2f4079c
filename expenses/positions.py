"""What is left of a budget: pure functions over a budget's terms and what was spent by day."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from expenses.periods import CarryOver, Period, Schedule

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class State(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    OVER = "over"


@dataclass(frozen=True)
class Terms:
    """A budget as arithmetic sees it. `limits` are (from day, amount), earliest first; the first holds from the start."""

    schedule: Schedule
    carry_over: CarryOver
    limits: Sequence[tuple[date, Decimal]]
    levels: Sequence[Decimal]

    def limit_on(self, first: date) -> Decimal:
        """The limit of the period that begins on `first`."""
        index = bisect_right([day for day, _ in self.limits], first) - 1
        return self.limits[max(index, 0)][1]


@dataclass(frozen=True)
class Position:
    """left = limit + carried − spent − committed. Amounts in the business's currency."""

    period: Period
    limit: Decimal
    carried: Decimal
    spent: Decimal
    committed: Decimal
    levels: Sequence[Decimal]

    @property
    def available(self) -> Decimal:
        return self.limit + self.carried

    @property
    def used(self) -> Decimal:
        return self.spent + self.committed

    @property
    def left(self) -> Decimal:
        return self.available - self.used

    @property
    def used_percent(self) -> Decimal | None:
        """Of limit and carried over; None where there is nothing to take a share of."""
        return self.used * HUNDRED / self.available if self.available > 0 else None

    @property
    def crossed(self) -> list[Decimal]:
        """The thresholds at or above which the position stands, lowest first."""
        return [level for level in self.levels if self._has_reached(level)]

    @property
    def state(self) -> State:
        """Over above 100 %, a warning from the lowest threshold on."""
        if self.left < 0:
            return State.OVER
        return State.WARNING if self.crossed else State.FINE

    def pace_percent(self, on: date) -> Decimal:
        """The share of the period that is gone."""
        return Decimal(self.period.days_gone(on)) * HUNDRED / self.period.days

    def expected_percent(self, on: date) -> Decimal | None:
        """What share will be used at the end, at this rate. Committed money is used once, whatever the rate."""
        gone = self.period.days_gone(on)
        if not gone or self.available <= 0:
            return None
        return (self.spent * self.period.days / gone + self.committed) * HUNDRED / self.available

    def _has_reached(self, level: Decimal) -> bool:
        return self.used > 0 and self.used * HUNDRED >= level * self.available


def position(
    terms: Terms, on: date, spent: Mapping[date, Decimal], committed: Mapping[date, Decimal] | None = None
) -> Position | None:
    """The position of the period that holds `on`. Both map days to money, for all periods that carry over."""
    period = terms.schedule.holding(on)
    if period is None:
        return None
    gone, bound = _Days(spent), _Days(committed or {})
    carried = ZERO
    if terms.carry_over is not CarryOver.NONE:
        for earlier in terms.schedule.until(on)[:-1]:
            left = terms.limit_on(earlier.first) + carried - gone.within(earlier) - bound.within(earlier)
            carried = left if terms.carry_over is CarryOver.ALL else max(left, ZERO)
    return Position(period, terms.limit_on(period.first), carried, gone.within(period), bound.within(period), terms.levels)


class _Days:
    """Money by day, summed over a period."""

    def __init__(self, amounts: Mapping[date, Decimal]) -> None:
        self._amounts, self._days = amounts, sorted(amounts)

    def within(self, period: Period) -> Decimal:
        days = self._days[bisect_left(self._days, period.first) : bisect_right(self._days, period.last)]
        return sum((self._amounts[day] for day in days), ZERO)
