"""Tables for spreadsheets: CSV, and XLSX written row by row. Text that a spreadsheet would run as a formula is made plain."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook

from common.spreadsheets import add_sheet, add_sheets, cell, csv_lines
from expenses.exports.book import TRANSFER, Book, Record
from expenses.models import ExpenseKind

HEADER = (
    "Date", "Kind", "State", "Payee", "Category", "Amount", "Currency", "Account", "To account", "Tags", "Note", "Split note",
    "Tax", "Foreign amount", "Foreign currency", "Rate", "Reconciled", "Id",
)  # fmt: skip


def csv_text(book: Book) -> Iterator[str]:
    """One row for each split. An amount is what it did to the account: −12.50 for an expense."""
    return csv_lines(HEADER, rows(book))


def xlsx(book: Book, file: IO[bytes]) -> None:
    """Entries, accounts with their balances, and categories, each a sheet. Rows go to disk as they come."""
    workbook = Workbook(write_only=True)
    add_sheets(workbook, "Entries", HEADER, rows(book))
    accounts = add_sheet(workbook, "Accounts", ("Account", "Kind", f"Before {book.first_day}", f"After {book.until}", "Currency"))
    for pk, account in book.accounts.items():
        values = (account.name, account.get_kind_display(), book.opening[pk], book.closing[pk], book.currency)
        accounts.append([cell(accounts, value) for value in values])
    categories = add_sheet(workbook, "Categories", ("Category",))
    for path in sorted(book.categories.values()):
        categories.append([cell(categories, _path(path))])
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
