"""A row of a statement or of a list of expenses, read: what it says, or what is wrong with it."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from accounts.models import Business
from common import money
from common.errors import DomainError
from common.fields import LARGEST_AMOUNT
from expenses.periods import FIRST_DAY, LAST_DAY
from imports import values
from imports.registry import Job, Outcome, Row

OUT = {"expense", "debit", "dr", "d", "out", "withdrawal", "spending", "spent", "payment", "soll", "s", "outflow"}
INTO = {"income", "credit", "cr", "c", "in", "deposit", "earning", "haben", "h", "inflow"}
BACK = {"refund"}
SPECIAL = {"opening", "whole", "both"}
RECONCILED = {"x", "r", "reconciled", "yes", "true", "1", "y", "ja"}
STEPS = re.compile(r"\s*[>:]\s*")
LONGEST_NAME, LONGEST_PAYEE, LONGEST_NOTE = 80, 120, 255
PASSED_OVER = "A line of 0 is passed over."


@dataclass(slots=True)
class Line:
    """`amount` is signed: what it does to the balance. `what` is its sort for the sums, `transfer` the other own account."""

    row: Row
    day: date = FIRST_DAY
    amount: Decimal = money.ZERO
    account: str = ""
    payee: str = ""
    note: str = ""
    path: tuple[str, ...] = ()
    transfer: str = ""
    sort: str = ""
    is_reconciled: bool = False
    tax: Decimal = money.ZERO
    foreign_amount: Decimal | None = None
    foreign_currency: str = ""
    fingerprint: str = ""
    what: str = ""
    outcome: Outcome = Outcome.NEW
    notice: str = ""
    fault: DomainError | None = None

    @property
    def is_new(self) -> bool:
        return self.outcome is Outcome.NEW and self.fault is None

    @property
    def tags(self) -> list[str]:
        return [name for tag in self.row["tags"].split(",") if (name := tag.strip().lstrip("#")[:40])]

    def pass_over(self, notice: str = "") -> None:
        self.outcome, self.notice = Outcome.UNCHANGED, notice

    def note_that(self, notice: str) -> None:
        """Say something beside the result, after what is said already."""
        self.notice = f"{self.notice} {notice}".strip()

    def refuse(self, fault: DomainError) -> None:
        self.outcome, self.fault = Outcome.ERROR, fault


class LineReader:
    """Reads rows as a job says that they are written."""

    def __init__(self, job: Job, *, unsigned: bool = False) -> None:
        self._business: Business = job.by.business
        self._comma, self._month_first, self._unsigned = job.decimal_comma, job.month_first, unsigned

    def day(self, row: Row) -> date:
        if not row["spent_on"]:
            raise values.BadCell("The row has no date.", field="spent_on")
        day = values.day(row["spent_on"], field="spent_on", month_first=self._month_first)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise values.BadCell(f"Choose a day after 1970 and before {LAST_DAY.year}.", field="spent_on")
        return day

    def read(self, row: Row) -> Line:
        line = Line(row)
        try:
            row.check_shape()
            self._fill(line, row)
        except DomainError as error:
            line.refuse(error)
        return line

    def _fill(self, line: Line, row: Row) -> None:
        cell = row.cells.get  # a file of many lines asks it a million times
        kind = cell("kind", "").casefold()
        line.day, line.amount = self.day(row), self._amount(row, kind)
        line.sort = "refund" if kind in BACK else kind if kind in SPECIAL else ""
        line.account = _name(cell("account", ""))
        line.payee, line.note = cell("payee", "")[:LONGEST_PAYEE].strip(), cell("note", "")[:LONGEST_NOTE].strip()
        line.path = _path(cell("category_group", ""), cell("category", ""))
        line.transfer = cell("transfer", "")[: LONGEST_NAME + 2]
        line.is_reconciled = cell("reconciled", "").casefold() in RECONCILED
        self._check(line, row)
        if cell("tax"):
            line.tax = self._tax(line, row)
        if cell("foreign_amount") and cell("foreign_currency"):
            line.foreign_amount = abs(self._number(row, "foreign_amount"))
            line.foreign_currency = cell("foreign_currency", "").upper()[:3]

    def _amount(self, row: Row, kind: str) -> Decimal:
        if row["amount"]:
            amount = self._number(row, "amount")
            is_bare = self._unsigned and not kind and not row["amount"].startswith("+")
            return -amount if amount > 0 and (kind in OUT or is_bare) else abs(amount) if kind in INTO | BACK else amount
        if not (row["paid_out"] or row["paid_in"]):
            raise values.BadCell("The row has no amount.", field="amount")
        paid_in = abs(self._number(row, "paid_in")) if row["paid_in"] else money.ZERO
        paid_out = abs(self._number(row, "paid_out")) if row["paid_out"] else money.ZERO
        return paid_in - paid_out

    def _number(self, row: Row, name: str) -> Decimal:
        """Also (12.50) and 12.50-, as some banks write what goes out."""
        text = row[name]
        is_minus = text.startswith("(") and text.endswith(")")
        if is_minus or (text.endswith(("-", "−")) and text[:1].isdigit()):
            return -values.number(text.strip("()-−"), field=name, decimal_comma=self._comma)
        return values.number(text, field=name, decimal_comma=self._comma)

    def _check(self, line: Line, row: Row) -> None:
        currency = self._business.currency
        if row["currency"] and row["currency"].upper() != currency:
            raise values.BadCell(f"This line is in {row['currency'][:10]}; this book is kept in {currency}.", field="currency")
        if abs(line.amount) > LARGEST_AMOUNT:
            raise values.BadCell(f"An amount is at most {LARGEST_AMOUNT:,}.", field="amount")
        if not money.fits(line.amount, currency):
            places = money.places(currency)
            raise values.BadCell(f"An amount in {currency} has at most {places} decimal places.", field="amount")
        if line.sort == "whole":
            line.pass_over()
        elif not line.amount:
            line.pass_over(PASSED_OVER)

    def _tax(self, line: Line, row: Row) -> Decimal:
        tax = abs(self._number(row, "tax"))
        if tax > abs(line.amount) or not money.fits(tax, self._business.currency):
            raise values.BadCell("The tax is more than the amount, or has too many decimal places.", field="tax")
        return tax


@lru_cache(maxsize=4096)
def _path(group: str, category: str) -> tuple[str, ...]:
    """The category below those that it lies in: “Food > Out”, “Food:Out”, or with its group in a column of its own."""
    steps = [group.strip()] if category else []
    steps += STEPS.split(category.strip())
    for step in steps:
        values.text(step, field="category", longest=LONGEST_NAME)
    return tuple(step for step in steps if step)


def _name(cell: str) -> str:
    return values.text(cell.strip(), field="account", longest=LONGEST_NAME)
