"""Expenses recorded by hand that a line of a statement may be: proposals, never linked unasked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Business
from expenses.importers.lines import Line
from expenses.models import Expense, ExpenseKind, ExpenseState
from expenses.queries import ALIKE_WITHIN


@dataclass(frozen=True, slots=True)
class Candidate:
    expense_id: int
    day: date
    account_id: int | None


class Matches:
    def __init__(self, business: Business) -> None:
        self._business = business
        self._taken: set[int] = set()
        self._here: dict[tuple[Decimal, bool], list[Candidate]] = {}

    def look_up(self, lines: Sequence[Line]) -> None:
        """Read what was recorded by hand around the days of these lines, in one query."""
        self._here = defaultdict(list)
        days = [line.day for line in lines]
        if not days:
            return
        rows = Expense.objects.for_business(self._business).filter(
            spent_on__range=(min(days) - ALIKE_WITHIN, max(days) + ALIKE_WITHIN), lines__isnull=True, state=ExpenseState.POSTED
        )
        for pk, day, amount, kind, account in rows.values_list("pk", "spent_on", "amount", "kind", "account_id").order_by("pk"):
            self._here[amount, kind != ExpenseKind.EXPENSE].append(Candidate(pk, day, account))

    def take(self, line: Line, account_id: int | None) -> Candidate | None:
        """The nearest of the same amount within three days, on the same account or none; each is proposed once."""
        found = [
            each
            for each in self._here.get((abs(line.amount), line.amount > 0), [])
            if each.expense_id not in self._taken
            and abs(each.day - line.day) <= ALIKE_WITHIN
            and each.account_id in {None, account_id}
        ]
        if not found:
            return None
        best = min(found, key=lambda each: (abs(each.day - line.day), each.expense_id))
        self._taken.add(best.expense_id)
        return best
