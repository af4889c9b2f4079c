"""How long the stock lasts at the pace of the last four weeks."""

from dataclasses import dataclass
from decimal import Decimal

DAYS = 28
BAR_ENDS_AT = 60


@dataclass(frozen=True)
class Cover:
    """`days` until nothing is left; `bar` is the same, cut at the end of the bar."""

    days: int

    @property
    def bar(self) -> int:
        return min(self.days, BAR_ENDS_AT)


def cover(available: Decimal, sold: Decimal) -> Cover | None:
    """None when nothing sold in the last `DAYS` days, since then nothing can be said."""
    if sold <= 0:
        return None
    return Cover(max(int(available * DAYS / sold), 0))
