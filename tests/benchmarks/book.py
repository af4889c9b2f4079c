"""Years of expenses on PostgreSQL, written in batches: what reports and budgets are measured over."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import connection
from django.utils import timezone

from accounts.models import Business, Member, User
from accounts.permissions import Role
from accounts.services.businesses import create_business
from accounts.services.keys import create_api_key
from expenses.models import Account, Budget, Expense, ExpenseCategory, Payee, Split, Tag
from tests.benchmarks.shop import session_of

CATEGORIES, PAYEES, ACCOUNTS, BATCH = 30, 200, 3, 5000
LAST, DAYS = date(2026, 6, 30), 5 * 365


def build(rows: int) -> tuple[str, str]:
    """Gives a key and a session of the owner."""
    user = User.objects.create_user("book@shop.example", "not a secret")
    owner = create_business(name="Book", owner=user, at=timezone.now(), via="benchmark")
    _, key = create_api_key(by=owner, name="bench", role=Role.OWNER, at=timezone.now())
    things = _things(owner.business)
    chance = Random(1)
    for first in range(0, rows, BATCH):
        _spend(owner, things, range(first, min(first + BATCH, rows)), chance)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return key, session_of(user)


def _things(business: Business) -> dict[str, list]:
    tops = list(ExpenseCategory.objects.for_business(business))
    below = [
        ExpenseCategory(business=business, name=f"Below {n}", parent=tops[n % 8], parent_key=tops[n % 8].pk)
        for n in range(CATEGORIES - len(tops))
    ]
    categories = [*tops, *ExpenseCategory.objects.bulk_create(below)]
    opened = LAST - timedelta(days=DAYS)
    accounts = [Account(business=business, name=f"Bank {n}", opened_on=opened) for n in range(ACCOUNTS)]
    now = timezone.now()
    limits = [
        Budget(business=business, name=each.name, category=each, amount=500, starts_on=opened.replace(day=1), created_at=now)
        for each in categories
    ]
    Budget.objects.bulk_create(limits)
    return {
        "category": categories,
        "payee": Payee.objects.bulk_create(Payee(business=business, name=f"Payee {n}") for n in range(PAYEES)),
        "account": Account.objects.bulk_create(accounts),
        "tag": Tag.objects.bulk_create(Tag(business=business, name=f"tag {n}") for n in range(10)),
    }


def _spend(owner: Member, things: dict[str, list], numbers: range, chance: Random) -> None:
    """One in ten is split, one in five has a tag, one in fifty is a refund."""
    made = Expense.objects.bulk_create(_expense(owner, things, chance) for _ in numbers)
    Split.objects.bulk_create(split for expense in made for split in _splits(expense, things, chance))
    tagged = [Expense.tags.through(expense=expense, tag=chance.choice(things["tag"])) for expense in made[::5]]
    Expense.tags.through.objects.bulk_create(tagged)


def _expense(owner: Member, things: dict[str, list], chance: Random) -> Expense:
    return Expense(
        business=owner.business,
        kind="refund" if chance.random() < 0.02 else "expense",
        spent_on=LAST - timedelta(days=chance.randrange(DAYS)),
        amount=Decimal(chance.randrange(200, 20_000)) / 100,
        payee=chance.choice(things["payee"]),
        account=chance.choice(things["account"]),
        created_by=owner,
        created_at=timezone.now(),
    )


def _splits(expense: Expense, things: dict[str, list], chance: Random) -> Iterator[Split]:
    whole = expense.sign * expense.amount
    parts = [Decimal(1) * expense.sign, whole - expense.sign] if chance.random() < 0.1 and expense.amount > 1 else [whole]
    for part in parts:
        yield Split(
            expense=expense,
            business=expense.business,
            category=chance.choice(things["category"]),
            account=expense.account,
            spent_on=expense.spent_on,
            amount=part,
            is_spending=True,
        )
