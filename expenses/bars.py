"""A budget as a bar on the common scale: 100 is limit plus carried over, 128 the end of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common import money
from common.charts import Chart, bar_charts
from expenses.positions import Position
from expenses.queries import BudgetPosition

WHOLE = Decimal(100)
END = Decimal(128)
STEP = Decimal("0.1")
MOST_SHOWN = 9999  # per cent; beyond it says nothing


@dataclass(frozen=True)
class Bar:
    """Widths and places in units of the scale, and what it says in words."""

    each: BudgetPosition
    spent: Decimal
    committed: Decimal
    over: Decimal
    pace: Decimal
    used: int
    expected: int | None

    @property
    def is_ahead_of_pace(self) -> bool:
        return self.expected is not None and self.expected > WHOLE


def bar(each: BudgetPosition, on: date) -> Bar:
    where = each.position
    spent, used = _share(where.spent, where.available), _share(where.used, where.available)
    within_spent, within_used = min(spent, WHOLE), min(used, WHOLE)
    expected = where.expected_percent(on) if where.period.first <= on <= where.period.last else None
    return Bar(
        each=each,
        spent=within_spent.quantize(STEP),
        committed=max(within_used - within_spent, money.ZERO).quantize(STEP),
        over=max(min(used, END) - WHOLE, money.ZERO).quantize(STEP),
        pace=where.pace_percent(on).quantize(STEP),
        used=_shown(where.used_percent or money.ZERO),
        expected=_shown(expected) if expected is not None and expected > 0 else None,
    )


def urgency(one: Bar) -> tuple[bool, Decimal]:
    """For sorting: what is over before the rest, then by the share that is used."""
    where = one.each.position
    return where.left < 0, where.used_percent or money.ZERO


@dataclass(frozen=True)
class Totals:
    """All positions of a page in one line."""

    limit: Decimal
    carried: Decimal
    spent: Decimal
    committed: Decimal
    left: Decimal


def totals(bars: Sequence[Bar]) -> Totals:
    def of(name: str) -> Decimal:
        return sum((getattr(bar.each.position, name) for bar in bars), money.ZERO)

    return Totals(of("limit"), of("carried"), of("spent"), of("committed"), of("left"))


@dataclass(frozen=True)
class History:
    """The periods of a budget as bars against their limits, and what they come to in words."""

    charts: Sequence[Chart]
    finding: str
    text: str


def history(positions: Sequence[Position], currency: str) -> History:
    """`positions` newest first, as `get_history` gives them."""
    earliest_first = list(reversed(positions))
    unit = money.symbol(currency)
    charts = bar_charts(
        [where.used for where in earliest_first],
        [f"{where.period.first.day} {where.period.first:%b}" for where in earliest_first],
        marks=[where.available for where in earliest_first],
        unit=unit,
    )
    told = "; ".join(_in_words(where) for where in earliest_first)
    return History(charts, _finding(positions), f"Spent and committed in {unit} against limit, by the first day: {told}")


def _in_words(where: Position) -> str:
    return f"{where.period.first}: {where.used.normalize():f} of {where.available.normalize():f}"


def _finding(positions: Sequence[Position]) -> str:
    over, count = sum(where.left < 0 for where in positions), len(positions)
    if over:
        return "Over in this period" if count == 1 else f"Over in {over} of {count} periods"
    return "Within its limit in this period" if count == 1 else f"Within its limit in each of {count} periods"


def _shown(percent: Decimal) -> int:
    return int(max(min(percent, Decimal(MOST_SHOWN)), -Decimal(MOST_SHOWN)).quantize(Decimal(1)))


def _share(amount: Decimal, available: Decimal) -> Decimal:
    if available <= 0:
        return END if amount > 0 else Decimal(0)
    return max(amount * WHOLE / available, Decimal(0))
