"""What the books should say, slowly and obviously: lists of what was paid and moved, summed anew each time."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

D = Decimal
SIGNS = {"expense": -1, "refund": 1, "income": 1}


@dataclass(frozen=True)
class Paid:
    kind: str
    amount: D
    on: date
    account: int | None
    waits: bool = False
    agreed: bool = False

    @property
    def signed(self):
        return SIGNS[self.kind] * self.amount

    def agrees_on(self, _account):
        return self.agreed


@dataclass(frozen=True)
class Moved:
    source: int
    target: int
    amount: D
    on: date
    agreed: frozenset = frozenset()

    def agrees_on(self, account):
        return account in self.agreed


def everything(_thing):
    return True


@dataclass
class Reference:
    openings: dict[int, D] = field(default_factory=dict)
    paid: dict[int, Paid] = field(default_factory=dict)
    moved: dict[int, Moved] = field(default_factory=dict)
    agreed_on: dict[int, date] = field(default_factory=dict)

    def balance(self, account, until=date.max, *, counts=everything):
        paid = [p for p in self.paid.values() if p.account == account and not p.waits and p.on <= until and counts(p)]
        moved = [m for m in self.moved.values() if m.on <= until and counts(m)]
        came = sum(m.amount for m in moved if m.target == account)
        went = sum(m.amount for m in moved if m.source == account)
        return self.openings[account] + sum(p.signed for p in paid) + came - went

    def total(self, kind):
        """Of what lies on some account and counts."""
        return sum(p.amount for p in self.paid.values() if p.kind == kind and p.account and not p.waits)

    def spent(self):
        """What a budget for everything counts, on an account or not."""
        return -sum(p.signed for p in self.paid.values() if p.kind != "income" and not p.waits)

    def agree(self, account, on):
        """All of it up to a day was found on a statement."""
        self.agreed_on[account] = on
        for pk, paid in self.paid.items():
            if paid.account == account and paid.on <= on and not paid.waits:
                self.paid[pk] = Paid(paid.kind, paid.amount, paid.on, account, agreed=True)
        for pk, moved in self.moved.items():
            if account in {moved.source, moved.target} and moved.on <= on:
                agreed = moved.agreed | {account}
                self.moved[pk] = Moved(moved.source, moved.target, moved.amount, moved.on, agreed)
