from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.history import has_amounts
from accounts.models import Business, Member
from accounts.permissions import Action
from audit import services as audit
from common import money
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT
from expenses.models import Account, Reconciliation, Transfer
from expenses.services.record.amounts import check_day

FIELDS = ("name", "kind", "opening_balance", "opened_on", "is_active")
OF_THE_BALANCE = ("opening_balance", "opened_on")


class AccountNameTaken(DomainError):
    code = "name_taken"
    field = "name"


class BadAccount(InvalidInput):
    pass


class OpeningIsReconciled(DomainError):
    """The opening balance is part of what agreed with a statement."""

    code = "reconciled"


@unit_of_work()
def save_account(*, account: Account, by: Member, at: datetime, values: Mapping[str, Any], version: int | None = None) -> Account:
    """Open an account or change it. It is never deleted: one that is closed keeps its history. Raises StaleVersion."""
    by.must(Action.MANAGE_ACCOUNTS)
    if account.pk:
        claim_version(account, version)
    before = _values(account) if account.pk else {}
    for name in FIELDS:
        setattr(account, name, values.get(name, getattr(account, name)))
    account.business = by.business
    _check(account)
    old, new = audit.changes(before, _values(account))
    if before:
        _keep_what_is_reconciled(account, new)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise AccountNameTaken(f"There is an account called {account.name} already.") from error
    trail.record("account changed" if before else "account opened", account, by=by, at=at, before=old, after=new)
    return account


@has_amounts
def has_accounts(business: Business) -> bool:
    opened = Account.objects.for_business(business).exclude(opening_balance=0)
    return opened.exists() or Transfer.objects.for_business(business).exists()


def _check(account: Account) -> None:
    amount, currency = account.opening_balance, account.business.currency
    if not account.name.strip():
        raise BadAccount("Give the account a name.", field="name")
    if not amount.is_finite() or abs(amount) > LARGEST_AMOUNT:
        raise BadAccount(f"A balance lies between −{LARGEST_AMOUNT:,} and {LARGEST_AMOUNT:,}.", field="opening_balance")
    if not money.fits(amount, currency):
        places = money.places(currency)
        raise BadAccount(f"A balance in {currency} has at most {places} decimal places.", field="opening_balance")
    check_day(account.opened_on, field="opened_on")


def _keep_what_is_reconciled(account: Account, changed: Mapping[str, Any]) -> None:
    moved = [name for name in OF_THE_BALANCE if name in changed]
    if moved and Reconciliation.objects.filter(account=account).exists():
        sentence = f"{account} agreed with a statement, so its opening balance stays. Take its reconciliations back first."
        raise OpeningIsReconciled(sentence, field=moved[0])


def _values(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in FIELDS}
