"""Does a file agree with what became of it, to the penny? Each figure is found by a way of its own."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO

from common.errors import DomainError
from common.money import ZERO, rounded
from imports import values
from imports.models import ImportBatch, ImportIssue
from imports.tables import rows_of
from sales.models import SaleLine

NUMBERS = 500


@dataclass
class Sum:
    lines: int = 0
    amount: Decimal = ZERO

    def add(self, amount: Decimal) -> None:
        self.lines += 1
        self.amount += amount


@dataclass(frozen=True)
class Reconciliation:
    """The file as it was sent, the receipts that are here, and the rows that were refused."""

    file: Sum
    imported: Sum = field(default_factory=Sum)
    returned: Sum = field(default_factory=Sum)
    refused: Sum = field(default_factory=Sum)
    reasons: dict[str, Sum] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        parts = (self.imported, self.returned, self.refused)
        lines, amount = sum(part.lines for part in parts), sum((part.amount for part in parts), ZERO)
        return (lines, amount) == (self.file.lines, self.file.amount)


def reconcile(*, batch: ImportBatch, source: IO[bytes]) -> Reconciliation:
    """Adds up `source` anew, the receipts in the database, and the refused rows."""
    figures = _Figures(batch)
    file, numbers = Sum(), Counter[str]()
    for cells in _data_rows(source):
        file.add(figures.amount(cells))
        numbers[figures.number(cells)] += 1
    found = Reconciliation(file)
    for issue in ImportIssue.objects.filter(batch=batch).order_by("row").iterator():
        cells = json.loads(issue.raw)
        found.refused.add(figures.amount(cells))
        found.reasons.setdefault(issue.message, Sum()).add(figures.amount(cells))
        numbers[figures.number(cells)] -= 1
    for quantity, amount in _stored(batch, [number for number, rows in numbers.items() if rows]):
        (found.returned if quantity < 0 else found.imported).add(amount)
    return found


class _Figures:
    """Reads number and amount off a row as it came."""

    def __init__(self, batch: ImportBatch) -> None:
        self._currency = batch.business.currency
        self._comma = bool(batch.chosen.get("decimal_comma"))
        self._places = {name: batch.columns.index(column) for name, column in batch.mapped.items()}

    def number(self, cells: Sequence[str]) -> str:
        return self._cell(cells, "number")

    def amount(self, cells: Sequence[str]) -> Decimal:
        """Quantity times price, in whole pennies as on a receipt, less discount; nothing where they are not numbers."""
        try:
            quantity, price, discount = (
                values.number(self._cell(cells, name) or "0", field=name, decimal_comma=self._comma)
                for name in ("quantity", "unit_price", "discount")
            )
        except DomainError:
            return ZERO
        return rounded(quantity * price, self._currency) - (-abs(discount) if quantity < 0 else discount)

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self._places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""


def _data_rows(source: IO[bytes]) -> Iterator[list[str]]:
    rows = (cells for cells in rows_of(source) if any(cells))
    next(rows, None)
    return rows


def _stored(batch: ImportBatch, numbers: Sequence[str]) -> Iterator[tuple[Decimal, Decimal]]:
    """Quantity of each line with what it came to at the file's prices, which hold the tax where the shop's do."""
    name = "total" if batch.business.prices_include_tax else "net"
    source = f"import:{batch.preset or batch.kind}"
    for start in range(0, len(numbers), NUMBERS):
        lines = SaleLine.objects.filter(sale__business=batch.business, sale__source=source)
        yield from lines.filter(sale__number__in=numbers[start : start + NUMBERS]).values_list("quantity", name).iterator()
