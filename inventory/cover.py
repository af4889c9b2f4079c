"""How long the stock lasts at the pace of the last four weeks."""

from dataclasses import dataclass
from decimal import Decimal

DAYS = 28
WEEK = 7
BAR_ENDS_AT = 60


@dataclass(frozen=True)
class Cover:
    """`days` until nothing is left; `bar` is the same, cut at the end of the bar."""

    days: int

    @property
    def bar(self) -> int:
        return min(self.days, BAR_ENDS_AT)


def cover(available: Decimal, sold: Decimal, *, days: int = DAYS) -> Cover | None:
    """At the pace of the last `DAYS` days, or of the `days` for which sales are known if fewer, but at least a week.

    None when nothing was sold, since then nothing can be said.
    """
    if sold <= 0:
        return None
    return Cover(max(int(available * min(max(days, WEEK), DAYS) / sold), 0))
