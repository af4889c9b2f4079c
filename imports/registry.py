"""What the apps above can import, handed down so that imports need not know them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any, Protocol

from accounts.models import Business, Member, Scope
from common.errors import InvalidInput
from imports import tables
from imports.values import MONTH_FIRST_COUNTRIES


class TooManyCells(InvalidInput):
    code = "bad_row"


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True)
class Column:
    """A field of ours. `synonyms` are headers, in lower case, under which files carry it."""

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its number as a spreadsheet counts, its cells by our field, and all of them as they came."""

    number: int
    cells: Mapping[str, str]
    raw: Sequence[str]
    is_too_long: bool = False

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def check_shape(self) -> None:
        """Refuse a row whose cells have slipped out of their columns."""
        if self.is_too_long:
            raise TooManyCells("This row has more cells than there are columns. Is a comma not in quotes?")


Document = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row. `sort` and `amount` let a kind be summed up: ("sale", 12.50).

    The message of an error says why; that of another row is a notice, shown beside the result.
    """

    row: Row
    outcome: Outcome
    sort: str = ""
    amount: Decimal = Decimal(0)
    field: str = ""
    message: str = ""


@dataclass(frozen=True)
class Job:
    """For whom, when and how a file is imported."""

    by: Member
    at: datetime
    preset: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def decimal_comma(self) -> bool:
        return bool(self.options.get("decimal_comma"))

    @property
    def month_first(self) -> bool:
        """Whether 03/04/2026 is the fourth of March: as was chosen, else as the business's country writes."""
        return bool(self.options.get(MONTH_FIRST.name, self.by.business.country in MONTH_FIRST_COUNTRIES))

    @property
    def is_partial(self) -> bool:
        return bool(self.options.get("partial"))


class Session(Protocol):
    """One run over a file. It may remember across chunks what it has seen."""

    def key(self, row: Row) -> str:
        """What makes rows one document; "" for a row that stands alone."""
        ...

    def judge(self, documents: Sequence[Document]) -> list[Verdict]:
        """What would become of each row. Changes nothing."""
        ...

    def apply(self, documents: Sequence[Document]) -> list[Verdict]:
        """Write the good documents, in the caller's transaction, and say what became of each row."""
        ...

    def finish(self) -> None:
        """After the last document was written, in the transaction that ends the import: what is told once for all."""
        ...


@dataclass(frozen=True)
class Preset:
    """A known file: its columns by our fields."""

    name: str
    label: str
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Option:
    """Something to be said of a file: yes or no, or one of the `choices` that a business has."""

    name: str
    label: str
    help: str = ""
    choices: Callable[[Business], Sequence[tuple[str, str]]] | None = None


MONTH_FIRST = Option("month_first", "Dates are written month first", "As in 03/31/2026.")


@dataclass(frozen=True)
class ImportKind:
    """Something that can be imported. Of each tuple in `one_of` at least one column is needed.

    `rows` reads a file of this kind as a table, whatever it is; what a person chose for a file is remembered for files
    with the same columns and, in the column `told_by`, the same first value: one bank's, or one account's.
    `sorts` are the sorts of row that are summed up, with their words. `scope` is what an API key with scopes needs for it,
    `leads_to` names the page that shows what came in.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    open: Callable[[Job], Session]
    help: str = ""
    one_of: tuple[tuple[str, ...], ...] = ()
    presets: tuple[Preset, ...] = ()
    options: tuple[Option, ...] = ()
    sorts: tuple[tuple[str, str], ...] = ()
    rows: Callable[[IO[bytes]], Iterator[list[str]]] = tables.rows_of
    told_by: str = ""
    suffixes: tuple[str, ...] = (".csv", ".tsv", ".txt", ".gz", ".xlsx")
    is_for_shops: bool = True
    leads_to: str = ""
    scope: Scope = Scope.STOCK

    def preset(self, name: str) -> Preset | None:
        return next((preset for preset in self.presets if preset.name == name), None)


class UnknownKind(InvalidInput):
    field = "kind"


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    _kinds[kind.name] = kind
    return kind


def kinds() -> tuple[ImportKind, ...]:
    return tuple(_kinds.values())


def kinds_for(business: Business) -> tuple[ImportKind, ...]:
    """What this business can import: a personal book has neither stock nor sales."""
    return tuple(kind for kind in _kinds.values() if business.is_shop or not kind.is_for_shops)


def kind_named(name: str) -> ImportKind:
    if name not in _kinds:
        raise UnknownKind(f"“{name}” cannot be imported. Choose one of: {', '.join(_kinds)}.")
    return _kinds[name]
