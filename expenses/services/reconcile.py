"""Accounts agree with their statements: what is ticked off adds up to the statement's balance, or nothing is marked."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common import money
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT
from expenses.models import Account, Expense, ExpenseCategory, ExpenseKind, Reconciliation, Transfer
from expenses.reconciling import Ticks, get_last, get_reconciled
from expenses.services.closing import check_open
from expenses.services.record import Entry, record_expense
from expenses.services.record.amounts import check_day
from expenses.services.waiting import must_wait

NOTE = "Difference from the statement"


class BadStatement(InvalidInput):
    pass


class DoesNotAgree(DomainError):
    """What is ticked off does not add up to the statement's balance."""

    code = "does_not_agree"
    field = "balance"


class AlreadyReconciled(DomainError):
    """Somebody, perhaps a moment ago, reconciled the account for that day or a later one."""

    code = "already_reconciled"
    field = "statement_on"


class TickedMeanwhile(DomainError):
    """Something ticked is no longer there to be ticked."""

    code = "changed_meanwhile"


class DifferenceTooLarge(DomainError):
    """Its expense would wait for approval, and what waits agrees with no statement."""

    code = "needs_approval"
    field = "balance"


@unit_of_work()
def reconcile(
    *,
    account: Account,
    by: Member,
    on: date,
    balance: Decimal,
    ticks: Ticks,
    at: datetime,
    difference_to: ExpenseCategory | None = None,
) -> Reconciliation:
    """Mark what was found on the statement, or raise DoesNotAgree and mark nothing.

    With `difference_to` what is missing becomes an expense or an income of that category on the statement's day.
    One at a time for an account: of two at once the other finds it done.
    """
    by.must(Action.MANAGE_ACCOUNTS)
    _check(on, balance, by.business.currency)
    check_open(by.business, on, field="statement_on")
    claim_version(account, None)
    done = get_last(account)
    if done and on <= done.statement_on:
        raise AlreadyReconciled(f"{account} agreed with its statement of {_day(done.statement_on)} already. Choose a later day.")
    _mark(account, on, ticks)
    settled = _settle(account, by, on, balance, at, difference_to) if difference_to else money.ZERO
    _must_agree(account, balance)
    row = _written(
        Reconciliation(business=by.business, account=account, statement_on=on, balance=balance, done_by=by, done_at=at)
    )
    trail.record("account reconciled", account, by=by, at=at, after={"day": on, "balance": balance, "difference": settled})
    return row


@unit_of_work()
def unreconcile_expense(*, expense: Expense, by: Member, at: datetime, reason: str = "") -> None:
    """Let an expense be changed again; it is ticked off anew with the next statement."""
    by.must(Action.MANAGE_ACCOUNTS)
    check_open(by.business, expense.spent_on)
    rows = Expense.objects.filter(pk=expense.pk, is_reconciled=True)
    if rows.update(is_reconciled=False, version=F("version") + 1):
        trail.record("expense un-reconciled", expense, by=by, at=at, before={"account": expense.account_id}, reason=reason)


@unit_of_work()
def unreconcile_transfer(*, transfer: Transfer, by: Member, at: datetime, reason: str = "") -> None:
    """Let a transfer be changed again, on both its sides."""
    by.must(Action.MANAGE_ACCOUNTS)
    check_open(by.business, transfer.moved_on, field="moved_on")
    before = Transfer.objects.filter(pk=transfer.pk).values("is_source_reconciled", "is_target_reconciled").get()
    if any(before.values()):
        cleared = {"is_source_reconciled": False, "is_target_reconciled": False}
        Transfer.objects.filter(pk=transfer.pk).update(**cleared, version=F("version") + 1)
        trail.record("transfer un-reconciled", transfer, by=by, at=at, before=before, after=cleared, reason=reason)


@unit_of_work()
def take_back_reconciliations(*, account: Account, by: Member, at: datetime, reason: str = "") -> None:
    """Begin an account's reconciling anew: nothing of it is ticked off any more."""
    by.must(Action.MANAGE_ACCOUNTS)
    rows = Reconciliation.objects.filter(account=account).order_by("statement_on")
    done = list(rows.values_list("statement_on", "balance"))
    if not done:
        return
    check_open(by.business, *(on for on, _ in done), field="")
    claim_version(account, None)
    Expense.objects.filter(account=account, is_reconciled=True).update(is_reconciled=False, version=F("version") + 1)
    Transfer.objects.filter(source=account, is_source_reconciled=True).update(is_source_reconciled=False)
    Transfer.objects.filter(target=account, is_target_reconciled=True).update(is_target_reconciled=False)
    Reconciliation.objects.filter(account=account).delete()
    before = {on.isoformat(): str(balance) for on, balance in done}
    trail.record("reconciliations taken back", account, by=by, at=at, before=before, reason=reason)


def _check(on: date, balance: Decimal, currency: str) -> None:
    check_day(on, field="statement_on")
    if not balance.is_finite() or abs(balance) > LARGEST_AMOUNT or not money.fits(balance, currency):
        sentence = f"A balance in {currency} has at most {money.places(currency)} decimal places."
        raise BadStatement(sentence, field="balance")


def _mark(account: Account, on: date, ticks: Ticks) -> None:
    expenses = Expense.objects.posted().filter(account=account, is_reconciled=False, spent_on__lte=on)
    went = Transfer.objects.filter(source=account, is_source_reconciled=False, moved_on__lte=on)
    came = Transfer.objects.filter(target=account, is_target_reconciled=False, moved_on__lte=on)
    marked = expenses.filter(pk__in=ticks.expenses).update(is_reconciled=True) if ticks.expenses else 0
    if ticks.transfers:
        marked += went.filter(pk__in=ticks.transfers).update(is_source_reconciled=True)
        marked += came.filter(pk__in=ticks.transfers).update(is_target_reconciled=True)
    if marked != len(set(ticks.expenses)) + len(set(ticks.transfers)):
        raise TickedMeanwhile("Something that you ticked was changed or reconciled meanwhile. Look through the list again.")
    if ticks.all_until:
        expenses.filter(spent_on__lte=ticks.all_until).update(is_reconciled=True)
        went.filter(moved_on__lte=ticks.all_until).update(is_source_reconciled=True)
        came.filter(moved_on__lte=ticks.all_until).update(is_target_reconciled=True)


def _settle(account: Account, by: Member, on: date, balance: Decimal, at: datetime, category: ExpenseCategory) -> Decimal:
    """Write what is missing as an expense or an income, ticked off."""
    difference = balance - get_reconciled(account)
    if difference:
        if must_wait(by=by, amount=abs(difference)):
            raise DifferenceTooLarge("The difference is more than you may record without approval. Let an owner reconcile it.")
        kind = ExpenseKind.INCOME if difference > 0 else ExpenseKind.EXPENSE
        entry = Entry(spent_on=on, amount=abs(difference), category=category, kind=kind, account=account, note=NOTE)
        done = record_expense(by=by, entry=entry, at=at, confirmed=True)
        Expense.objects.filter(pk=done.expense.pk).update(is_reconciled=True)
    return difference


def _must_agree(account: Account, balance: Decimal) -> None:
    difference = balance - get_reconciled(account)
    if difference:
        currency = account.business.currency
        amount = f"{money.symbol(currency)}{money.rounded(abs(difference), currency):,}"
        way = "more" if difference > 0 else "less"
        raise DoesNotAgree(f"The statement says {amount} {way} than what is ticked. Nothing is marked yet.")


def _written(row: Reconciliation) -> Reconciliation:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyReconciled("Somebody else reconciled this account for that day a moment ago.") from error
    return row


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
