"""What is exported: accounts, categories, and all entries of a period as they are needed, a thousand at a time."""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Business
from common.money import known_currencies, rounded
from expenses.models import Account, Expense, ExpenseCategory, ExpenseKind, ExpenseState, Split, Transfer
from expenses.queries import get_balances

CHUNK = 1000
TRANSFER = "transfer"
COLUMNS = (
    "pk", "kind", "state", "spent_on", "amount", "tax", "foreign_amount", "foreign_currency", "rate", "account_id", "payee__name",
    "note", "is_reconciled",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One category's share, without a sign."""

    category_id: int
    amount: Decimal
    note: str


@dataclass(frozen=True)
class Record:
    """An expense, refund, income or transfer. Amounts have no sign: the kind says which way they go."""

    kind: str
    id: int
    on: date
    amount: Decimal
    account_id: int | None
    note: str = ""
    target_id: int | None = None
    payee: str = ""
    parts: Sequence[Part] = ()
    tags: Sequence[str] = ()
    tax: Decimal = Decimal(0)
    foreign_amount: Decimal | None = None
    foreign_currency: str = ""
    rate: Decimal | None = None
    is_waiting: bool = False
    is_reconciled: bool = False

    def effect_on(self, account_id: int | None) -> Decimal:
        """What it does to the balance of an account."""
        if self.kind == TRANSFER:
            return self.amount if account_id == self.target_id else -self.amount
        return -self.amount if self.kind == ExpenseKind.EXPENSE else self.amount

    @property
    def key(self) -> str:
        """Its name in other programs: "E12", "T3"."""
        return f"{'T' if self.kind == TRANSFER else 'E'}{self.id}"


@dataclass
class Book:
    """Everything of a business from one day to another, both included; without `since` from the beginning."""

    business: Business
    since: date | None
    until: date
    opening: Mapping[int, Decimal] = field(init=False)
    closing: Mapping[int, Decimal] = field(init=False)

    def __post_init__(self) -> None:
        self.opening = get_balances(self.business, until=self.first_day - timedelta(days=1))
        self.closing = get_balances(self.business, until=self.until)

    @property
    def currency(self) -> str:
        return self.business.currency

    @cached_property
    def accounts(self) -> dict[int, Account]:
        return {account.pk: account for account in Account.objects.for_business(self.business).order_by("name", "pk")}

    @cached_property
    def categories(self) -> dict[int, tuple[str, ...]]:
        """The names from the root of the tree down to each category."""
        rows = list(ExpenseCategory.objects.for_business(self.business).order_by("pk").values_list("pk", "name", "parent_id"))
        names, parents = {pk: name for pk, name, _ in rows}, {pk: parent for pk, _, parent in rows}
        return {pk: tuple(names[step] for step in _way_down(pk, parents)) for pk in names}

    @cached_property
    def first_day(self) -> date:
        """The day of the opening balances: nothing in the book is earlier."""
        return self.since or self._first_of_all()

    def openings(self) -> list[tuple[date, int, Decimal]]:
        """Balances that come from before the period, on its first day, and of accounts opened in it, on theirs."""
        carried = [(self.first_day, pk, amount) for pk, amount in self.opening.items() if amount]
        fresh = [
            (account.opened_on, pk, self.business.money(account.opening_balance))
            for pk, account in self.accounts.items()
            if account.opening_balance and self.first_day <= account.opened_on <= self.until
        ]
        return carried + sorted(fresh)

    def records(self, *, account: int | None = None) -> Iterator[Record]:
        """All in the order of their days; with `account` only what touches that one."""
        expenses, transfers = Expense.objects.for_business(self.business), Transfer.objects.for_business(self.business)
        if account is not None:
            expenses = expenses.filter(account=account)
            transfers = transfers.filter(Q(source=account) | Q(target=account))
        streams = (
            self._expenses(self._within(expenses, "spent_on")),
            (self._transfer(row) for chunk in _by_day(self._within(transfers, "moved_on"), "moved_on") for row in chunk),
        )
        return heapq.merge(*streams, key=lambda record: (record.on, record.kind == TRANSFER, record.id))

    def posted(self, *, account: int | None = None) -> Iterator[Record]:
        """What counts: all but what waits for approval."""
        return (record for record in self.records(account=account) if not record.is_waiting)

    def foreign_currencies(self) -> list[str]:
        """The currencies of the period's amounts, but the business's own."""
        rows = self._within(Expense.objects.for_business(self.business), "spent_on").order_by()
        codes = set(rows.values_list("foreign_currency", flat=True).distinct())
        return sorted(codes & known_currencies() - {self.currency})

    def _first_of_all(self) -> date:
        days = [account.opened_on for account in self.accounts.values()]
        for rows, name in ((Expense.objects, "spent_on"), (Transfer.objects, "moved_on")):
            first = rows.for_business(self.business).order_by(name).values_list(name, flat=True).first()
            days += [first] if first else []
        return min([*days, self.until])

    def _within(self, rows: Any, day: str) -> Any:
        rows = rows.filter(**{f"{day}__lte": self.until})
        return rows.filter(**{f"{day}__gte": self.since}) if self.since else rows

    def _expenses(self, rows: Any) -> Iterator[Record]:
        """As plain values: rows with their relations hold each other, and would stay until somebody looks for such."""
        for chunk in _by_day(rows.values_list(*COLUMNS, named=True), "spent_on"):
            pks = [row.pk for row in chunk]
            splits, tags = (
                Split.objects.filter(expense__in=pks).order_by("pk"),
                Expense.tags.through.objects.filter(expense__in=pks),
            )
            parts, names = defaultdict(list), defaultdict(list)
            for pk, category, amount, note in splits.values_list("expense_id", "category_id", "amount", "note"):
                parts[pk].append(Part(category, self.business.money(abs(amount)), note))
            for pk, name in tags.values_list("expense_id", "tag__name"):
                names[pk].append(name)
            for row in chunk:
                yield self._expense(row, parts[row.pk], names[row.pk])

    def _expense(self, row: Any, parts: Sequence[Part], tags: Sequence[str]) -> Record:
        money = self.business.money
        return Record(
            kind=row.kind,
            id=row.pk,
            on=row.spent_on,
            amount=money(row.amount),
            account_id=row.account_id,
            note=row.note,
            payee=row.payee__name or "",
            parts=parts,
            tags=sorted(tags),
            tax=money(row.tax),
            foreign_amount=None if row.foreign_amount is None else rounded(row.foreign_amount, row.foreign_currency),
            foreign_currency=row.foreign_currency,
            rate=row.rate,
            is_waiting=row.state == ExpenseState.WAITING,
            is_reconciled=row.is_reconciled,
        )

    def _transfer(self, row: Transfer) -> Record:
        return Record(
            kind=TRANSFER,
            id=row.pk,
            on=row.moved_on,
            amount=self.business.money(row.amount),
            account_id=row.source_id,
            target_id=row.target_id,
            note=row.note,
            is_reconciled=row.is_source_reconciled and row.is_target_reconciled,
        )


def _way_down(pk: int, parents: Mapping[int, int | None]) -> list[int]:
    way: list[int] = []
    step: int | None = pk
    while step is not None and step not in way:
        way.append(step)
        step = parents.get(step)
    return way[::-1]


def _by_day(rows: "QuerySet[Any]", day: str) -> Iterator[list[Any]]:
    """Rows by day and id, a chunk at a time by key: no database keeps a cursor open meanwhile."""
    rows, last = rows.order_by(day, "pk"), None
    while True:
        chunk: list[Any] = list((rows.filter(_after(day, last)) if last else rows)[:CHUNK])
        yield chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1]


def _after(day: str, last: Any) -> Q:
    on = getattr(last, day)
    return Q(**{f"{day}__gte": on}) & (Q(**{f"{day}__gt": on}) | Q(**{day: on, "pk__gt": last.pk}))
