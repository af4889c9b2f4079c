"""What the cells of a file give away of how it is written, whichever columns they stand in."""

import re
from collections.abc import Sequence

SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?:\s.*)?")
NEGATIVE = re.compile(r"[-−(]\s*[£$€¥]?\s*[\d.,'’\s]*\d\)?|\d[\d.,'’\s]*-")
LAST_MONTH = 12


class Traits:
    """Fed with every row. `has_minus`: some number is below 0."""

    def __init__(self, first: Sequence[Sequence[str]]) -> None:
        self._dated = sorted({place for row in first for place, cell in enumerate(row) if SLASHED.fullmatch(cell)})
        self._day_first = self._month_first = False
        self.has_minus = False

    def see(self, cells: Sequence[str]) -> None:
        for place in self._dated:
            if place < len(cells) and (found := SLASHED.fullmatch(cells[place])):
                self._day_first |= int(found[1]) > LAST_MONTH
                self._month_first |= int(found[2]) > LAST_MONTH
        if not self.has_minus:
            self.has_minus = any(NEGATIVE.fullmatch(cell) for cell in cells if cell)

    @property
    def month_first(self) -> bool | None:
        """Whether dates are written 03/31/2026; None where none of them can tell."""
        return self._month_first if self._day_first != self._month_first else None
