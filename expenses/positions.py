"""What is left of a budget: pure functions over a budget's terms and what was spent by day."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    """A budget as arithmetic sees it. `limits` are (from day, amount), earliest first; the first holds from the start.

    `moves` maps days to what came in from other budgets less what went out to them.
    """

    schedule: Schedule
    carry_over: CarryOver
    limits: Sequence[tuple[date, Decimal]]
    levels: Sequence[Decimal]
    moves: Mapping[date, Decimal] = field(default_factory=dict)

    def set_for(self, period: Period) -> Decimal:
        """The limit that somebody has set for a period."""
        index = bisect_right([day for day, _ in self.limits], period.first) - 1
        return self.limits[max(index, 0)][1]

    def moved_in(self, period: Period) -> Decimal:
        return sum((amount for day, amount in self.moves.items() if period.first <= day <= period.last), ZERO)

    def limit_of(self, period: Period) -> Decimal:
        return self.set_for(period) + self.moved_in(period)


@dataclass(frozen=True)
class Position:
    """left = limit + carried − spent − committed. Amounts in the business's currency.

    The limit holds what was moved in from other budgets less what was moved out; `moved` says how much of it.
    """

    period: Period
    limit: Decimal
    carried: Decimal
    spent: Decimal
    committed: Decimal
    levels: Sequence[Decimal]
    moved: Decimal = ZERO

    @property
    def set_limit(self) -> Decimal:
        """The limit as somebody set it, before money was moved."""
        return self.limit - self.moved

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
        at_this_rate = max(self.spent, ZERO) * self.period.days / gone
        return max(at_this_rate + self.committed, ZERO) * HUNDRED / self.available

    def _has_reached(self, level: Decimal) -> bool:
        """Of nothing, or of less than nothing, there is no share: all is reached once it is over."""
        if self.available <= 0:
            return self.left < 0
        return self.used > 0 and self.used * HUNDRED >= level * self.available


def position(
    terms: Terms,
    on: date,
    spent: Mapping[date, Decimal],
    committed: Mapping[date, Decimal] | None = None,
    *,
    closed: Mapping[date, Decimal] | None = None,
) -> Position | None:
    """The position of the period that holds `on`. Both map days to money, for all periods that carry over.

    `closed` holds what ended periods came to, by their first day; of those, the days are not asked for.
    """
    period = terms.schedule.holding(on)
    if period is None:
        return None
    gone, bound = _Days(spent, closed), _Days(committed or {})
    carried = ZERO
    if terms.carry_over is not CarryOver.NONE:
        for earlier in terms.schedule.until(on)[:-1]:
            left = terms.limit_of(earlier) + carried - gone.within(earlier) - bound.within(earlier)
            carried = left if terms.carry_over is CarryOver.ALL else max(left, ZERO)
    moved = terms.moved_in(period)
    limit = terms.set_for(period) + moved
    return Position(period, limit, carried, gone.within(period), bound.within(period), terms.levels, moved)


def within(spent: Mapping[date, Decimal], periods: Iterable[Period]) -> list[Decimal]:
    """What each of some periods came to."""
    days = _Days(spent)
    return [days.within(period) for period in periods]


class _Days:
    """Money by day, summed over a period."""

    def __init__(self, amounts: Mapping[date, Decimal], closed: Mapping[date, Decimal] | None = None) -> None:
        self._amounts, self._days, self._closed = amounts, sorted(amounts), closed or {}

    def within(self, period: Period) -> Decimal:
        if period.first in self._closed:
            return self._closed[period.first]
        days = self._days[bisect_left(self._days, period.first) : bisect_right(self._days, period.last)]
        return sum((self._amounts[day] for day in days), ZERO)
