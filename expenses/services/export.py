"""The book as a file, for people who move out or want a copy."""

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import IO, cast

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.errors import DomainError, InvalidInput
from common.spreadsheets import CSV_TYPE, XLSX_TYPE
from expenses.exports.beancount import beancount
from expenses.exports.book import Book
from expenses.exports.hledger import hledger
from expenses.exports.ofx import ofx
from expenses.exports.sheets import csv_text, xlsx
from expenses.periods import FIRST_DAY, LAST_DAY

IN_MEMORY = 1_000_000  # bytes; what is longer goes to disk
TRIES = 3
Writer = Callable[[Book, datetime, IO[bytes]], None]


class Format(Enum):
    """Each format with its name for people, the end of its file's name and its content type."""

    CSV = ("CSV, one row for each category of an entry", "csv", CSV_TYPE)
    XLSX = ("Excel (XLSX), with accounts and categories", "xlsx", XLSX_TYPE)
    OFX = ("OFX, a statement for each account", "ofx", "application/x-ofx")
    HLEDGER = ("hledger journal", "journal", "text/plain; charset=utf-8")
    BEANCOUNT = ("Beancount", "beancount", "text/plain; charset=utf-8")

    def __init__(self, label: str, ending: str, content_type: str) -> None:
        self.label, self.ending, self.content_type = label, ending, content_type


class BadPeriod(InvalidInput):
    field = "until"


class BookedMeanwhile(DomainError):
    """Balances at the end would not be those of what was written."""

    code = "booked_meanwhile"


@dataclass(frozen=True)
class Export:
    file: IO[bytes]
    filename: str
    content_type: str


def export_book(*, by: Member, form: Format, since: date | None, until: date, at: datetime) -> Export:
    """Write the book from `since` (without it from the beginning) to `until`, both included, and note it in the audit.

    Memory does not grow with the book: what is written goes to disk, and the caller closes the file.
    """
    by.must(Action.EXPORT)
    if since and since > until:
        raise BadPeriod("The last day is before the first.")
    if not all(FIRST_DAY <= day <= LAST_DAY for day in (since or until, until)):
        raise BadPeriod(f"Choose days after 1970 and before {LAST_DAY.year}.")
    file = _whole(by, form, since, until, at)
    after = {"format": form.ending, "since": since, "until": until}
    trail.record("book exported", by.business, by=by, at=at, after=after)
    named = f"{by.business.slug}-{since or 'all'}-{until}.{form.ending}"
    return Export(file, named, form.content_type)


def _whole(by: Member, form: Format, since: date | None, until: date, at: datetime) -> IO[bytes]:
    """A file whose balances are those of its rows: written again where somebody has booked meanwhile."""
    for _ in range(TRIES):
        book = Book(by.business, since, until)
        file = cast("IO[bytes]", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  (the caller closes it)
        _write(form, book, at, file)
        after = Book(by.business, since, until)
        if (book.opening, book.closing) == (after.opening, after.closing):
            file.seek(0)
            return file
        file.close()
    raise BookedMeanwhile("Others are recording just now. Try again in a moment.")


def _write(form: Format, book: Book, at: datetime, file: IO[bytes]) -> None:
    if form is Format.XLSX:
        xlsx(book, file)
        return
    text = {
        Format.CSV: lambda: csv_text(book),
        Format.OFX: lambda: ofx(book, at=at),
        Format.HLEDGER: lambda: hledger(book),
        Format.BEANCOUNT: lambda: beancount(book),
    }[form]()
    wrapped = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    wrapped.writelines(text)
    wrapped.detach()
