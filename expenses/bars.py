"""A budget as a bar on the common scale: 100 is limit plus carried over, 128 the end of the picture."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expenses.queries import BudgetPosition

WHOLE = Decimal(100)
END = Decimal(128)
STEP = Decimal("0.1")


@dataclass(frozen=True)
class Bar:
    """Widths and places in units of the scale, and what it says in words."""

    each: BudgetPosition
    spent: Decimal
    committed: Decimal
    over: Decimal
    pace: Decimal
    expected: Decimal | None


def bar(each: BudgetPosition, on: date) -> Bar:
    where = each.position
    spent, used = _share(where.spent, where.available), _share(where.used, where.available)
    within_spent, within_used = min(spent, WHOLE), min(used, WHOLE)
    expected = where.expected_percent(on) if where.period.first <= on <= where.period.last else None
    return Bar(
        each=each,
        spent=within_spent.quantize(STEP),
        committed=(within_used - within_spent).quantize(STEP),
        over=max(min(used, END) - WHOLE, Decimal(0)).quantize(STEP),
        pace=where.pace_percent(on).quantize(STEP),
        expected=expected.quantize(Decimal(1)) if expected is not None else None,
    )


def _share(amount: Decimal, available: Decimal) -> Decimal:
    if available <= 0:
        return END if amount > 0 else Decimal(0)
    return max(amount * WHOLE / available, Decimal(0))
