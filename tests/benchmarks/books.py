"""A book of many expenses: five years, thirty categories with a limit each, five of which carry over, and one on everything."""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, models
from django.utils import timezone

from accounts.models import Kind, Member, User
from accounts.permissions import Role
from accounts.services.businesses import create_business
from accounts.services.keys import create_api_key
from expenses.models import Account, Budget, Expense, ExpenseCategory, Payee, Split
from expenses.services import closed
from expenses.services.budgets import save_budget
from expenses.services.record import Entry, record_expense
from tests.benchmarks.shop import session_of, settle

DAYS = 1_826  # five years
CATEGORIES, CARRYING, PAYEES, ACCOUNTS = 30, 5, 200, 3


@dataclass(frozen=True)
class Book:
    owner: Member
    key: str
    session: str
    count: int
    today: date
    categories: list[int]

    def budget(self, name: str) -> int:
        return Budget.objects.get(business=self.owner.business, name=name).pk


def build(count: int) -> Book:
    began = time.monotonic()
    user = User.objects.create_user(f"book{count}@bench.example", "not a secret")
    owner = create_business(name=f"Book of {count}", owner=user, at=timezone.now(), via="benchmark", kind=Kind.PERSONAL)
    _, key = create_api_key(by=owner, name="bench", role=Role.OWNER, at=timezone.now())
    today = owner.business.local_day(timezone.now())
    categories = _many(owner, ExpenseCategory, "Category", CATEGORIES)
    _expenses(owner, categories, count, today)
    for number, category in enumerate(categories):
        _limit(owner, f"Limit {number}", "all" if number < CARRYING else "none", today, category=category)
    _limit(owner, "Everything", "surplus", today)
    for _ in range(2):  # as the schedule does within two hours
        closed.add_up(business=owner.business, today=today)
    settle()
    print(f"\n{count:,} expenses, built in {time.monotonic() - began:.0f} s", flush=True)
    return Book(owner, key, session_of(user), count, today, [category.pk for category in categories])


def _many(owner: Member, model: type[models.Model], name: str, count: int, **values: object) -> list[models.Model]:
    rows = [model(business=owner.business, name=f"{name} {number}", **values) for number in range(count)]
    model._default_manager.bulk_create(rows)
    found = model._default_manager.filter(business=owner.business, name__startswith=f"{name} ")
    return list(found.order_by("pk"))


def _limit(owner: Member, name: str, carry_over: str, today: date, **of: object) -> None:
    first = (today - timedelta(days=DAYS)).replace(day=1)
    terms = {"name": name, "amount": Decimal(10**6), "carry_over": carry_over, "starts_on": first, **of}
    save_budget(budget=Budget(business=owner.business), by=owner, at=timezone.now(), values=terms)


def _expenses(owner: Member, categories: list[models.Model], count: int, today: date) -> None:
    """One that is recorded, and its copies, which the database makes: evenly over days, categories, payees and accounts."""
    payees = [row.pk for row in _many(owner, Payee, "Payee", PAYEES)]
    accounts = [row.pk for row in _many(owner, Account, "Account", ACCOUNTS, opened_on=today - timedelta(days=DAYS))]
    entry = Entry(spent_on=today, amount=Decimal(1), category=categories[0], account=Account.objects.get(pk=accounts[0]))
    model = record_expense(by=owner, entry=entry, at=timezone.now()).expense
    _copy(
        model,
        f"generate_series(1, {count - 1}) n",
        {
            "spent_on": f"DATE '{today - timedelta(days=DAYS)}' + (n::bigint * {DAYS} / {count})::int",
            "amount": "(100 + n::bigint * 7919 % 8900) / 100.0",
            "payee_id": _one_of(payees, "n"),
            "account_id": _one_of(accounts, "n"),
        },
    )
    _copy(
        model.splits.get(),
        f"(SELECT * FROM {Expense._meta.db_table} WHERE business_id = {owner.business_id} AND id <> {model.pk}) e",
        {name: f"e.{name}" for name in ("spent_on", "amount", "account_id")}
        | {"expense_id": "e.id", "category_id": _one_of([row.pk for row in categories], "e.id")},
    )


def _one_of(ids: list[int], number: str) -> str:
    return f"(ARRAY{ids})[1 + {number} % {len(ids)}]"


def _copy(row: Expense | Split, source: str, values: dict[str, str]) -> None:
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    chosen = ", ".join(values.get(column, f"one.{column}") for column in columns)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} one, {source} WHERE one.id = {row.pk}"
        )
