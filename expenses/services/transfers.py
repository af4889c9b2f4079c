from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from audit import services as audit
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from expenses.models import Account, Transfer
from expenses.services.closing import check_open
from expenses.services.record.amounts import check_amount, check_day


class SameAccount(InvalidInput):
    code = "same_account"
    field = "target"


class AccountClosed(DomainError):
    code = "account_closed"


class TransferIsReconciled(DomainError):
    """A side of it agreed with a statement."""

    code = "reconciled"


@dataclass(frozen=True)
class Move:
    """What a person enters: from which account to which."""

    source: Account
    target: Account
    amount: Decimal
    moved_on: date
    note: str = ""


@unit_of_work()
def record_transfer(*, by: Member, move: Move, at: datetime) -> Transfer:
    """Move money between two accounts of one's own. What one has in all stays the same."""
    by.must(Action.MANAGE_ACCOUNTS)
    check_open(by.business, move.moved_on, field="moved_on")
    transfer = Transfer(business=by.business, created_by=by, created_at=at)
    _fill(transfer, move, by)
    transfer.save(force_insert=True)
    trail.record("transfer added", transfer, by=by, at=at, after=_values(transfer))
    return transfer


@unit_of_work()
def update_transfer(*, transfer: Transfer, by: Member, move: Move, at: datetime, version: int | None = None) -> Transfer:
    """Change a transfer; of a reconciled one only the note. Raises StaleVersion."""
    by.must(Action.MANAGE_ACCOUNTS)
    check_open(by.business, transfer.moved_on, move.moved_on, field="moved_on")
    _claim(transfer, version)
    before = _values(transfer)
    _fill(transfer, move, by)
    old, new = audit.changes(before, _values(transfer))
    moved = [name for name in new if name != "note"]
    if moved and _is_reconciled(transfer):
        raise TransferIsReconciled(f"{SENTENCE} Un-reconcile it to change that.", field=moved[0])
    transfer.save()
    trail.record("transfer changed", transfer, by=by, at=at, before=old, after=new)
    return transfer


@unit_of_work()
def delete_transfer(*, transfer: Transfer, by: Member, at: datetime) -> None:
    """Take a transfer back; what it was stays in the audit."""
    by.must(Action.MANAGE_ACCOUNTS)
    check_open(by.business, transfer.moved_on, field="moved_on")
    _claim(transfer, None)
    if _is_reconciled(transfer):
        raise TransferIsReconciled(f"{SENTENCE} Un-reconcile it to delete it.")
    trail.record("transfer deleted", transfer, by=by, at=at, before=_values(transfer))
    transfer.delete()


SENTENCE = "This transfer agreed with a statement, so its amount, accounts and day stay."


def _claim(transfer: Transfer, version: int | None) -> None:
    """From here on nobody reconciles it; whether somebody has, and what, is read after that."""
    claim_version(transfer, version)
    transfer.refresh_from_db()


def _is_reconciled(transfer: Transfer) -> bool:
    return transfer.is_source_reconciled or transfer.is_target_reconciled


def _fill(transfer: Transfer, move: Move, by: Member) -> None:
    check_amount(move.amount, by.business.currency, field="amount")
    check_day(move.moved_on, field="moved_on")
    if move.source.pk == move.target.pk:
        raise SameAccount("Choose two different accounts.")
    for field, account in (("source", move.source), ("target", move.target)):
        if not account.is_active and getattr(transfer, f"{field}_id") != account.pk:
            raise AccountClosed(f"{account} is closed. Choose another account, or open it again.", field=field)
    transfer.source, transfer.target, transfer.amount = move.source, move.target, move.amount
    transfer.moved_on, transfer.note = move.moved_on, move.note.strip()[:255]


def _values(transfer: Transfer) -> dict[str, Any]:
    return {
        "source": transfer.source_id,
        "target": transfer.target_id,
        "amount": transfer.amount,
        "moved_on": transfer.moved_on,
        "note": transfer.note,
    }
