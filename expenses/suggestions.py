"""A limit from past spending: the middle of the last complete periods, and how it was found."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from common.money import ZERO
from expenses.models import Budget
from expenses.periods import Every
from expenses.queries import get_spent

PERIODS = 6
WORDS = {Every.WEEKLY: "weeks", Every.MONTHLY: "months", Every.QUARTERLY: "quarters", Every.YEARLY: "years"}


@dataclass(frozen=True)
class Suggestion:
    amount: Decimal
    how: str


def get_suggestion(budget: Budget, *, on: date) -> Suggestion | None:
    """Of a budget that may not be saved yet. None where nothing was spent before.

    Periods before the first spending say nothing of what is needed, and are left out.
    """
    periods = budget.schedule.complete_before(on, PERIODS)
    spent = get_spent(budget, periods) if periods else []
    first = next((n for n, amount in enumerate(spent) if amount), len(spent))
    counted = spent[first:]
    if not counted:
        return None
    middle = budget.business.money(max(median(counted), ZERO))
    return Suggestion(middle, _how(budget, len(counted), days=periods[0].days))


def _how(budget: Budget, count: int, *, days: int) -> str:
    every = Every(budget.period)
    word = WORDS.get(every, f"spans of {days} days")
    if count > 1:
        return f"the middle of your last {count} {word}"
    return f"what you spent in the last {word[:-1]}" if every in WORDS else f"what you spent in the {days} days before"
