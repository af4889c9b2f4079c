"""The one table that every statement and every other program's export becomes on its way in."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import IO

from imports.tables import MEGABYTE, BadFile, encoding_of

LARGEST_STATEMENT = 32 * MEGABYTE
HEADER = [
    "Date", "Amount", "Payee", "Note", "Category group", "Category", "Account", "Transfer account", "Type", "Transaction id",
    "Currency", "Reconciled", "Tags", "Foreign amount", "Foreign currency", "Split", "Opening balance",
]  # fmt: skip


@dataclass(slots=True)
class Entry:
    """One line of a statement, as text: what it did to the balance is signed.

    `sort` is "", "refund", "income", "opening" (the balance an account began with) or "whole" (its parts follow).
    `transfer` is the other account of one's own; `transaction` the bank's own id; `split` is shared by the parts of one payment.
    """

    day: str = ""
    amount: str = ""
    payee: str = ""
    note: str = ""
    group: str = ""
    category: str = ""
    account: str = ""
    transfer: str = ""
    sort: str = ""
    transaction: str = ""
    currency: str = ""
    reconciled: str = ""
    tags: str = ""
    foreign_amount: str = ""
    foreign_currency: str = ""
    split: str = ""
    opening: str = ""

    def cells(self) -> list[str]:
        cells = [" ".join(cell.split()) for cell in astuple(self)]
        if cells[1][:1].isdigit():
            cells[1] = f"+{cells[1]}"  # no list of spending without signs
        return cells


def table(entries: Sequence[Entry], what: str) -> Iterator[list[str]]:
    """The entries below the names of their columns. Raises BadFile where there are none."""
    if not entries:
        raise BadFile(f"This {what} file holds no transactions.")
    yield HEADER
    for entry in entries:
        yield entry.cells()


def text_of(source: IO[bytes]) -> str:
    """The whole file, in the encoding that it seems to have."""
    source.seek(0)
    size = source.seek(0, 2)
    if size > LARGEST_STATEMENT:
        raise BadFile(f"A bank statement may have at most {LARGEST_STATEMENT // MEGABYTE} MB. Send it in parts.")
    source.seek(0)
    encoding = encoding_of(source)
    source.seek(0)
    return source.read().decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:40] + "…"
