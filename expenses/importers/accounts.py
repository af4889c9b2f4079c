"""Which account a line belongs to: the one its row names, or the one chosen for the whole file."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from expenses.importers.book import NOWHERE, Book
from expenses.importers.lines import Line
from expenses.models import Account
from imports import values
from imports.registry import Job, Row

UNNAMED = "Bank account"
ACCOUNT, NEW = "account", "new"


class Accounts(Protocol):
    def note(self, row: Row) -> None:
        """Hear of every row of the file before the first is judged."""
        ...

    def check(self, line: Line) -> None:
        """Refuse a line that belongs to no account it can belong to."""
        ...

    def find(self, line: Line) -> Account | None:
        """The line's account, or None where it has none, or none yet."""
        ...

    def home(self, line: Line) -> Account | None:
        """The account that keeps the line's fingerprint, if it is there yet."""
        ...

    def make_home(self, line: Line, on: date) -> Account:
        """The same, made where it is missing."""
        ...

    def other(self, line: Line) -> str:
        """The name of the other own account that money was moved from or to; "" where it is somebody else's."""
        ...


class NamedAccounts:
    """Rows name their accounts; those that are missing are made. A row need not have one."""

    def __init__(self, job: Job, book: Book) -> None:
        self._book = book
        self._own: set[str] = set()

    def note(self, row: Row) -> None:
        if row["account"]:
            self._own.add(row["account"].casefold())

    def check(self, line: Line) -> None:
        pass

    def find(self, line: Line) -> Account | None:
        return self._book.account(line.account) if line.account else None

    def home(self, line: Line) -> Account | None:
        return self._book.account(line.account or NOWHERE)

    def make_home(self, line: Line, on: date) -> Account:
        """What has no account keeps its fingerprints by one that is not in use."""
        return self._book.make_account(line.account or NOWHERE, on, is_active=bool(line.account))

    def other(self, line: Line) -> str:
        name = line.transfer
        if not name:
            return ""
        if name.startswith("["):  # the file itself says that it is one's own
            name = name[1:].removesuffix("]")
        elif name.casefold() not in self._own and not self._book.account(name):
            return ""
        return "" if name.casefold() == line.account.casefold() else name


class ChosenAccount:
    """All rows belong to one account: as chosen, else of the file's own number, else the only one, else a new one."""

    def __init__(self, job: Job, book: Book) -> None:
        self._book = book
        choice = str(job.options.get(ACCOUNT) or "")
        self._chosen, self._is_new = book.account_by_id(choice), choice == NEW
        self._number = ""
        self._opening = ""

    def note(self, row: Row) -> None:
        if not self._number:
            self._number = row["account"].strip()[:80]
        self._opening = self._opening or row["opening"]

    def check(self, line: Line) -> None:
        if line.account and line.account != self._number:
            sentence = f"This line is of account {line.account}, the first of {self._number}. Import one account at a time."
            raise values.BadCell(sentence, field="account")

    def find(self, line: Line) -> Account | None:
        if self._chosen is None:
            only = None if self._number or self._is_new else self._book.only_account()
            self._chosen = only or self._book.account(self._number or UNNAMED)
        return self._chosen

    def home(self, line: Line) -> Account | None:
        return self.find(line)

    def make_home(self, line: Line, on: date) -> Account:
        if found := self.find(line):
            return found
        return self._book.make_account(self._number or UNNAMED, on, opening=_amount(self._opening))

    def other(self, line: Line) -> str:
        name, mine = line.transfer, self.find(line)
        if name.startswith("["):
            name = name[1:].removesuffix("]")
        elif not name or not self._book.account(name):
            return ""
        other = self._book.account(name)
        is_same = name == self._number or (other is not None and mine is not None and other.pk == mine.pk)
        return "" if is_same else name


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text or 0)
    except InvalidOperation:
        return Decimal(0)
