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


@dataclass(frozen=True)
class Entry:
    """What a person enters. Without splits all of it goes to `category`."""

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


@dataclass(frozen=True)
class Recorded:
    """The expense, and every budget it touches with its position in the period that holds its day."""

    expense: Expense
    budgets: list[BudgetPosition]
