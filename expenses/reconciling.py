"""Where an account stands against a statement: what agreed before, what is ticked now, and what is missing."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q, QuerySet

from accounts.models import Business
from common.money import ZERO
from expenses.ledger import Line, expenses_of, get_moved, line_of, transfers_of
from expenses.models import Account, Expense, Reconciliation, Transfer

MOST = 500


@dataclass(frozen=True)
class Ticks:
    """What was found on the statement: some expenses and transfers by their ids, and all there is up to a day."""

    expenses: Collection[int] = ()
    transfers: Collection[int] = ()
    all_until: date | None = None


@dataclass(frozen=True)
class Standing:
    """difference = statement − (reconciled so far + taken at once + ticked one by one)."""

    statement: Decimal
    reconciled: Decimal
    at_once: Decimal
    picked: Decimal
    lines: list[Line] = field(default_factory=list)
    has_more: bool = False

    @property
    def fixed(self) -> Decimal:
        """What counts whichever of the lines are ticked."""
        return self.reconciled + self.at_once

    @property
    def ticked(self) -> Decimal:
        return self.at_once + self.picked

    @property
    def difference(self) -> Decimal:
        return self.statement - self.fixed - self.picked


def get_standing(account: Account, on: date, balance: Decimal, ticks: Ticks) -> Standing:
    """What is open up to the statement's day, the oldest first, and where the ticks bring it. Nine queries."""
    lines = _open_lines(account, on, ticks.all_until)
    ticked = [line.amount for line in lines[:MOST] if _is_ticked(line, ticks)]
    whole = get_moved(account, *up_to(account, ticks.all_until)) if ticks.all_until else ZERO
    return Standing(balance, get_reconciled(account), whole, sum(ticked, ZERO), lines[:MOST], len(lines) > MOST)


def get_reconciled(account: Account) -> Decimal:
    """The opening balance and all that agreed with a statement so far."""
    agreed = Q(source=account, is_source_reconciled=True) | Q(target=account, is_target_reconciled=True)
    expenses, transfers = expenses_of(account).filter(is_reconciled=True), transfers_of(account).filter(agreed)
    return account.opening_balance + get_moved(account, expenses, transfers)


def up_to(account: Account, on: date) -> tuple[QuerySet[Expense], QuerySet[Transfer]]:
    """What is open up to a day, that day included."""
    still = Q(source=account, is_source_reconciled=False) | Q(target=account, is_target_reconciled=False)
    expenses = expenses_of(account).filter(is_reconciled=False, spent_on__lte=on)
    return expenses, transfers_of(account).filter(still, moved_on__lte=on)


def get_last(account: Account) -> Reconciliation | None:
    return Reconciliation.objects.filter(account=account).order_by("-statement_on").first()


def get_agreed(business: Business, accounts: Collection[int], *, hold: bool = False) -> dict[int, date]:
    """The last day on which each of these accounts agreed with a statement here; accounts that never did are left out.

    With `hold` nobody reconciles them until the transaction ends.
    """
    if hold:
        list(Account.objects.for_business(business).filter(pk__in=accounts).select_for_update().order_by("pk"))
    rows = Reconciliation.objects.filter(business=business, account__in=accounts).order_by()
    return dict(rows.values_list("account_id").annotate(Max("statement_on")))


def _open_lines(account: Account, on: date, after: date | None) -> list[Line]:
    expenses, transfers = up_to(account, on)
    if after:
        expenses, transfers = expenses.filter(spent_on__gt=after), transfers.filter(moved_on__gt=after)
    lines = [line_of(account, row) for row in expenses.order_by("spent_on", "pk")[: MOST + 1]]
    lines += [line_of(account, row) for row in transfers.order_by("moved_on", "pk")[: MOST + 1]]
    return sorted(lines, key=lambda line: line.key)


def _is_ticked(line: Line, ticks: Ticks) -> bool:
    if line.expense:
        return line.expense.pk in ticks.expenses
    return line.transfer is not None and line.transfer.pk in ticks.transfers
