"""What every report is: a table of figures, each with the address of the list that it sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from common.charts import Chart
from expenses.periods import Period

DEEPEST = 3


class Unit(StrEnum):
    MONEY = "money"
    PERCENT = "percent"
    CHANGE = "change"  # in per cent, with its sign
    COUNT = "count"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """`key` is its name for programs."""

    key: str
    name: str
    unit: Unit = Unit.MONEY


@dataclass(frozen=True)
class Figure:
    """None where there is nothing to tell; without an address where it only compares others. `on` is that of a day."""

    value: Decimal | None
    url: str = ""
    on: date | None = None

    @property
    def shown(self) -> Decimal | date | None:
        return self.value if self.on is None else self.on


@dataclass(frozen=True)
class Row:
    """A figure for each column. `share` is the length of its bar, 0 to 100; `key` says what it is of, for programs."""

    label: str
    figures: Sequence[Figure]
    key: str | int | None = None
    url: str = ""
    depth: int = 0
    share: Decimal | None = None
    is_sum: bool = False

    @property
    def indent(self) -> int:
        """As deep as a page shows."""
        return min(self.depth, DEEPEST)


@dataclass(frozen=True)
class Day:
    """A day of a calendar; `level` says how dark, 0 to 4."""

    on: date
    amount: Decimal
    url: str
    level: int


@dataclass(frozen=True)
class Month:
    """Weeks from Monday on; None where a day is not of the month or not of the report."""

    name: str
    weeks: Sequence[Sequence[Day | None]]


@dataclass(frozen=True)
class Drawing:
    """A chart of something else than the table of its report: with its finding as its title, in words, and a table of its own.

    `key` says what its first and its second kind of bar are.
    """

    title: str
    text: str
    charts: Sequence[Chart]
    of: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    key: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """`of` heads the first column. Charts and calendars only draw what the table says; a drawing has its own."""

    title: str
    period: Period
    finding: str
    of: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    remark: str = ""
    charts: Sequence[Chart] = ()
    chart_text: str = ""
    months: Sequence[Month] = ()
    drawing: Drawing | None = None
    nothing: str = "Choose other days, or record what was spent."

    @property
    def has_bars(self) -> bool:
        return any(row.share is not None for row in self.rows)

    @property
    def all_rows(self) -> list[Row]:
        return [*self.rows, *([self.total] if self.total else [])]
