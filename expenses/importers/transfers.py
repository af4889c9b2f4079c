"""Pairs the two lines of a transfer between own accounts, in one file or in two, so that it is recorded once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Business
from expenses.importers.lines import Line
from expenses.models import StatementLine, Transfer

WITHIN = timedelta(days=5)
Way = tuple[int, int, Decimal]


@dataclass(slots=True)
class Draft:
    """A transfer with the lines of it that are known. `sides` are the accounts whose statement has shown it."""

    day: date
    transfer_id: int | None = None
    sides: set[int] = field(default_factory=set)
    lines: list[tuple[int, Line]] = field(default_factory=list)


class Pairs:
    """The transfers of one chunk, beside those that wait for the line of their other account."""

    def __init__(self, business: Business, days: Sequence[date]) -> None:
        self._drafts: dict[Way, list[Draft]] = defaultdict(list)
        if not days:
            return
        rows = Transfer.objects.for_business(business).filter(moved_on__range=(min(days) - WITHIN, max(days) + WITHIN))
        shown = defaultdict(set)
        for transfer, account in StatementLine.objects.filter(transfer__in=rows).values_list("transfer_id", "account_id"):
            shown[transfer].add(account)
        for pk, source, target, amount, day in rows.values_list("pk", "source_id", "target_id", "amount", "moved_on"):
            if pk in shown:  # by hand, it is not ours to tell that it is the same
                self._drafts[source, target, amount].append(Draft(day, pk, shown[pk]))

    def add(self, line: Line, account: int, other: int, *, is_both: bool = False) -> None:
        """Give a line to the nearest transfer that waits for it, or to a new one."""
        way = (account, other, -line.amount) if line.amount < 0 else (other, account, line.amount)
        waiting = [each for each in self._drafts[way] if account not in each.sides and abs(each.day - line.day) <= WITHIN]
        draft = min(waiting, key=lambda each: abs(each.day - line.day), default=None)
        if draft is None or is_both:
            draft = Draft(line.day)
            self._drafts[way].append(draft)
        draft.sides |= {account, other} if is_both else {account}
        draft.lines += [(account, line), (other, line)] if is_both else [(account, line)]

    def touched(self) -> list[tuple[Way, Draft]]:
        return [(way, draft) for way, drafts in self._drafts.items() for draft in drafts if draft.lines]
