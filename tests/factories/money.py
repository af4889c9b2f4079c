from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Member
from accounts.permissions import Role
from expenses.models import Account, Transfer
from expenses.services.accounts import save_account
from expenses.services.transfers import Move, record_transfer
from tests.factories import NOW
from tests.factories.expenses import TODAY

OPENED = date(2026, 1, 1)


def account(member: Member, name: str = "Bank", opening: Any = 0, **values: Any) -> Account:
    """An account of the member's business, opened on the first of the year unless told otherwise."""
    wanted = {"name": name, "opening_balance": Decimal(opening), "opened_on": OPENED, **values}
    return save_account(account=Account(business=member.business), by=_manager(member), at=NOW, values=wanted)


def transfer(member: Member, source: Account, target: Account, amount: Any, on: date = TODAY, note: str = "") -> Transfer:
    move = Move(source, target, Decimal(amount), on, note)
    return record_transfer(by=_manager(member), move=move, at=NOW)


def _manager(member: Member) -> Member:
    return Member(pk=member.pk, business=member.business, user_id=member.user_id, role=Role.MANAGER)
