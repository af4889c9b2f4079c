"""What a person enters, what comes of it, and why it may be refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common import money
from common.errors import DomainError, InvalidInput
from expenses.models import Account, Expense, ExpenseCategory, ExpenseKind
from expenses.queries import BudgetPosition


class BadAmount(InvalidInput):
    code = "bad_amount"
    field = "amount"


class BadDay(InvalidInput):
    field = "spent_on"


class SplitsDoNotAddUp(InvalidInput):
    code = "splits_do_not_add_up"
    field = "splits"


class OverBudget(DomainError):
    """The budget refuses it (mode stop)."""

    code = "over_budget"
    field = "amount"


class ConfirmOverBudget(DomainError):
    """The budget wants to be asked (mode ask); the same again with `confirmed` goes through."""

    code = "confirm_over_budget"
    field = "amount"


@dataclass(frozen=True)
class Share:
    category: ExpenseCategory
    amount: Decimal
    note: str = ""


class BadForeign(InvalidInput):
    """What was said of another currency does not fit together."""

    code = "bad_foreign_amount"
    field = "foreign_amount"


class NoRate(DomainError):
    """No rate was entered, and none is known that is near enough to the day."""

    code = "no_rate"
    field = "rate"


class BadRefund(InvalidInput):
    code = "bad_refund"
    field = "refund_of"


class RefundTooLarge(DomainError):
    """More would be given back than was spent."""

    code = "refund_too_large"
    field = "amount"


class HasRefunds(DomainError):
    """What was given back belongs to it."""

    code = "has_refunds"


@dataclass(frozen=True)
class Entry:
    """What a person enters. Without splits all of it goes to `category`.

    In another currency `amount` is 0 where it is to follow from the rate, and then tax and splits are in that currency too.
    """

    spent_on: date
    amount: Decimal
    category: ExpenseCategory
    kind: ExpenseKind = ExpenseKind.EXPENSE
    payee: str = ""
    account: Account | None = None
    note: str = ""
    tags: Sequence[str] = ()
    splits: Sequence[Share] = ()
    tax: Decimal = money.ZERO
    tax_rate: Decimal | None = None
    foreign_amount: Decimal | None = None
    foreign_currency: str = ""
    rate: Decimal | None = None
    refund_of: Expense | None = None


@dataclass(frozen=True)
class Recorded:
    """The expense, every budget it touches with its position in the period that holds its day, and whose day's rate was used."""

    expense: Expense
    budgets: list[BudgetPosition]
    rate_on: date | None = None
