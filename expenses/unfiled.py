"""What lies to be filed, and where each of it may belong."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Business
from expenses.filing import Line
from expenses.guesses import Asked, Guess, get_guesses
from expenses.models import Expense, ExpenseCategory, Split
from expenses.models.expense import ExpenseQuerySet

MOST_AT_ONCE = 200  # that one preview shows: nothing is filed that was not seen


@dataclass(frozen=True)
class Unfiled:
    expense: Expense
    guess: Guess | None
    is_closed: bool  # its day lies in the closed period
    is_split: bool  # by hand, so its parts are filed on its own page

    @property
    def can_be_filed(self) -> bool:
        return not (self.is_closed or self.is_split)


def get_unfiled(business: Business) -> ExpenseQuerySet:
    """Expenses of which all or a part lies to be filed."""
    category = ExpenseCategory.objects.for_business(business).to_be_filed()
    return Expense.objects.for_business(business).filter(pk__in=Split.objects.filter(category__in=category).values("expense"))


def for_filing(rows: ExpenseQuerySet) -> ExpenseQuerySet:
    return rows.select_related("payee", "account").prefetch_related("splits")


def with_guesses(business: Business, expenses: Sequence[Expense]) -> list[Unfiled]:
    """At most four queries, whatever their number."""
    guesses = get_guesses(business, [_asked(each) for each in expenses]) if expenses else []
    closed_until = business.closed_until  # who files reads it anew
    return [
        Unfiled(
            expense=each,
            guess=guess,
            is_closed=closed_until is not None and each.spent_on <= closed_until,
            is_split=len(each.splits.all()) > 1,
        )
        for each, guess in zip(expenses, guesses, strict=True)
    ]


def get_likely(business: Business, *, least: int) -> list[Unfiled]:
    """Of the newest that can be filed, those whose suggestion is right in at least so many of a hundred cases."""
    newest = list(for_filing(get_unfiled(business)).newest_first()[:MOST_AT_ONCE])
    rows = with_guesses(business, newest)
    return [row for row in rows if row.can_be_filed and row.guess and (row.guess.percent or 100) >= least]


def _asked(expense: Expense) -> Asked:
    payee = expense.payee.name if expense.payee else ""
    return Asked(Line(payee, expense.note, expense.amount, expense.account_id), expense.kind)
