"""Writes what the lines of a statement became, many at a time. The caller has judged them and counts what it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F

from accounts.models import Member
from common import money
from common.db import BATCH, create_all
from common.fields import COST_STEP
from expenses.models import Account, Expense, ExpenseKind, ExpenseState, Split, StatementLine, Transfer


@dataclass(frozen=True, slots=True)
class Mark:
    """That a line of an account's statement is dealt with. Its amount is signed."""

    account_id: int
    fingerprint: str
    day: date
    amount: Decimal


@dataclass(slots=True)
class Posting:
    """An expense, refund or income to be; its shares are (category, amount, note). `expense_id` where it is there already."""

    marks: list[Mark]
    kind: ExpenseKind
    day: date
    amount: Decimal
    shares: list[tuple[int, Decimal, str]]
    account_id: int | None = None
    payee_id: int | None = None
    note: str = ""
    tag_ids: Sequence[int] = ()
    tax: Decimal = money.ZERO
    foreign_amount: Decimal | None = None
    foreign_currency: str = ""
    is_reconciled: bool = False


@dataclass(slots=True)
class Moving:
    """A transfer to be, or one that is there (`transfer_id`), with the lines of one or both of its accounts."""

    source_id: int
    target_id: int
    amount: Decimal
    day: date
    note: str = ""
    transfer_id: int | None = None
    marks: list[Mark] = field(default_factory=list)
    reconciled_ids: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Link:
    """A line that is an expense recorded by hand before."""

    mark: Mark
    expense_id: int
    account_id: int | None
    is_reconciled: bool


def post(*, by: Member, at: datetime, postings: Sequence[Posting]) -> None:
    expenses = create_all(Expense, [_expense(each, by, at) for each in postings])
    pairs = list(zip(expenses, postings, strict=True))
    Split.objects.bulk_create([split for pair in pairs for split in _splits(*pair)], batch_size=BATCH)
    tagged = Expense.tags.through
    tagged._default_manager.bulk_create(
        [tagged(expense_id=expense.pk, tag_id=tag) for expense, each in pairs for tag in each.tag_ids], batch_size=BATCH
    )
    _mark(by, [(mark, {"expense_id": expense.pk}) for expense, each in pairs for mark in each.marks])


def move(*, by: Member, at: datetime, movings: Sequence[Moving]) -> None:
    fresh = [each for each in movings if each.transfer_id is None]
    for each, transfer in zip(fresh, create_all(Transfer, [_transfer(each, by, at) for each in fresh]), strict=True):
        each.transfer_id = transfer.pk
    for each in movings:
        _reconcile(by, each)
    _mark(by, [(mark, {"transfer_id": each.transfer_id}) for each in movings for mark in each.marks])


def link(*, by: Member, links: Sequence[Link]) -> None:
    """The expense takes the account of the line where it had none."""
    for each in links:
        mine = Expense.objects.for_business(by.business).filter(pk=each.expense_id)
        if each.is_reconciled:
            mine.update(is_reconciled=True)
        if each.account_id and mine.filter(account=None).update(account=each.account_id):
            Split.objects.filter(expense=each.expense_id).update(account=each.account_id)
        mine.update(version=F("version") + 1)
    _mark(by, [(each.mark, {"expense_id": each.expense_id}) for each in links])


def open_with(*, by: Member, marks: Sequence[Mark]) -> None:
    """Add what accounts began with to their opening balances."""
    for mark in marks:
        Account.objects.for_business(by.business).filter(pk=mark.account_id).update(
            opening_balance=F("opening_balance") + mark.amount, version=F("version") + 1
        )
    _mark(by, [(mark, {}) for mark in marks])


def open_earlier(*, by: Member, first_days: Mapping[int, date]) -> None:
    """An account that an import has made begins on the day of its first line, in whatever order they came."""
    for account, day in first_days.items():
        Account.objects.for_business(by.business).filter(pk=account, opened_on__gt=day).update(opened_on=day)


def _expense(each: Posting, by: Member, at: datetime) -> Expense:
    rate = (each.amount / each.foreign_amount).quantize(COST_STEP) if each.foreign_amount else None
    return Expense(
        business_id=by.business_id,
        kind=each.kind,
        state=ExpenseState.POSTED,
        spent_on=each.day,
        amount=each.amount,
        tax=each.tax,
        foreign_amount=each.foreign_amount,
        foreign_currency=each.foreign_currency,
        rate=rate,
        payee_id=each.payee_id,
        account_id=each.account_id,
        note=each.note,
        is_reconciled=each.is_reconciled,
        created_by_id=by.pk,
        created_at=at,
    )


def _splits(expense: Expense, each: Posting) -> list[Split]:
    sign = expense.sign
    return [
        Split(
            expense_id=expense.pk,
            business_id=expense.business_id,
            category_id=category,
            account_id=each.account_id,
            spent_on=each.day,
            amount=amount * (sign or 1),
            is_spending=sign != 0,
            note=note,
        )
        for category, amount, note in each.shares
    ]


def _transfer(each: Moving, by: Member, at: datetime) -> Transfer:
    return Transfer(
        business_id=by.business_id,
        source_id=each.source_id,
        target_id=each.target_id,
        amount=each.amount,
        moved_on=each.day,
        note=each.note,
        created_by_id=by.pk,
        created_at=at,
    )


def _reconcile(by: Member, each: Moving) -> None:
    ticks = {
        name: True
        for name, account in (("is_source_reconciled", each.source_id), ("is_target_reconciled", each.target_id))
        if account in each.reconciled_ids
    }
    if ticks and each.transfer_id:
        Transfer.objects.for_business(by.business).filter(pk=each.transfer_id).update(**ticks)


def _mark(by: Member, marks: Sequence[tuple[Mark, Mapping[str, int | None]]]) -> None:
    """Claims each line: the second to come in with it meets the database's unique key."""
    StatementLine.objects.bulk_create(
        [
            StatementLine(
                business_id=by.business_id,
                account_id=mark.account_id,
                fingerprint=mark.fingerprint,
                booked_on=mark.day,
                amount=mark.amount,
                **of,
            )
            for mark, of in marks
        ],
        batch_size=BATCH,
    )
