"""Tables for spreadsheets: CSV, and XLSX written row by row. Text that a spreadsheet would run as a formula is made plain."""

import csv
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from expenses.exports.book import TRANSFER, Book, Record
from expenses.models import ExpenseKind

HEADER = (
    "Date", "Kind", "State", "Payee", "Category", "Amount", "Currency", "Account", "To account", "Tags", "Note", "Split note",
    "Tax", "Foreign amount", "Foreign currency", "Rate", "Reconciled", "Id",
)  # fmt: skip
WIDE = ("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
ROWS_A_SHEET = 1_000_000  # Excel holds 1,048,576
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Lines:
    """A file that hands on what was written to it last."""

    def write(self, line: str) -> str:
        return line


def csv_text(book: Book) -> Iterator[str]:
    """One row for each split. An amount is what it did to the account: −12.50 for an expense."""
    write = csv.writer(cast("IO[str]", _Lines())).writerow
    yield "\N{BYTE ORDER MARK}"  # without it Excel reads another encoding
    yield cast("str", write(HEADER))
    for row in rows(book):
        yield cast("str", write([_plain(cell) for cell in row]))


def xlsx(book: Book, file: IO[bytes]) -> None:
    """Entries, accounts with their balances, and categories, each a sheet. Rows go to disk as they come."""
    workbook = Workbook(write_only=True)
    sheet = None
    for number, row in enumerate(rows(book)):
        if number % ROWS_A_SHEET == 0:
            sheet = _sheet(workbook, f"Entries {number // ROWS_A_SHEET + 1}" if number else "Entries", HEADER)
        sheet.append([_cell(sheet, cell) for cell in row])  # type: ignore[union-attr]
    if sheet is None:
        _sheet(workbook, "Entries", HEADER)
    accounts = _sheet(workbook, "Accounts", ("Account", "Kind", f"Before {book.first_day}", f"After {book.until}", "Currency"))
    for pk, account in book.accounts.items():
        values = (account.name, account.get_kind_display(), book.opening[pk], book.closing[pk], book.currency)
        accounts.append([_cell(accounts, value) for value in values])
    categories = _sheet(workbook, "Categories", ("Category",))
    for path in sorted(book.categories.values()):
        categories.append([_cell(categories, _path(path))])
    workbook.save(file)


def rows(book: Book) -> Iterator[Sequence[Any]]:
    for record in book.records():
        if record.kind == TRANSFER:
            yield _row(book, record, "", record.amount, "")
        for part in record.parts:
            amount = part.amount if record.kind != ExpenseKind.EXPENSE else -part.amount
            yield _row(book, record, _path(book.categories[part.category_id]), amount, part.note)


def _row(book: Book, record: Record, category: str, amount: Decimal, split_note: str) -> Sequence[Any]:
    account, target = (book.accounts[pk].name if pk else "" for pk in (record.account_id, record.target_id))
    state = "waiting" if record.is_waiting else "posted"
    return (
        record.on, record.kind, state, record.payee, category, amount, book.currency, account, target,
        ", ".join(record.tags), record.note, split_note, record.tax, record.foreign_amount, record.foreign_currency, record.rate,
        "yes" if record.is_reconciled else "", record.key,
    )  # fmt: skip


def _path(path: Sequence[str]) -> str:
    return " / ".join(path)


def _plain(value: Any) -> Any:
    """Text that begins like a formula gets an apostrophe before it; numbers and days are no text and stay."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value


def _cell(sheet: Any, value: Any) -> Any:
    """A number stays a number; text is text whatever it begins with, as if typed after an apostrophe."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, NOT_IN_XML.sub("", value))
    cell.data_type = "s"
    if value.startswith(FORMULA):
        cell.quotePrefix = True
    return cell


def _sheet(workbook: Workbook, title: str, header: Sequence[str]) -> Any:
    sheet = workbook.create_sheet(title)
    sheet.append(list(header))
    return sheet
