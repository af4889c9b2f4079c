from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.test import Client

from accounts.models import Member
from expenses.models import ExpenseCategory
from expenses.services.record import Share
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, category, spend
from tests.factories.money import account, transfer

D = Decimal
LAST_MONTH = TODAY - timedelta(days=20)


def book(member: Member) -> Any:
    """Something of all that can be spent: a tree, splits, refunds, tags, odd names, and what counts nowhere."""
    food, home = category(member), category(member, "Home")
    bread = category(member, "Bread", food)
    rye = category(member, "Rye", bread)
    bank, cash = account(member, "Bank", 1000), account(member, "Cash", 50)
    first = spend(member, 90, what=rye, payee="Fennel", tags=["team", "trip"], account=bank, tax=D(15)).expense
    spend(member, 30, payee="O'Brien & Söhne +50%=#", tags=["team"])
    spend(member, 8, splits=[Share(bread, D(5)), Share(home, D(3))], account=cash)
    spend(member, 10, kind="refund", what=rye, payee="Fennel", account=bank, refund_of=first)
    spend(member, 4, kind="refund", what=home)
    spend(member, 500, kind="income", what=home, payee="Guild", tags=["team"], account=bank)
    spend(member, 77, LAST_MONTH, what=home, payee="Fennel", tags=["trip"])
    spend(member, 12, LAST_MONTH, what=category(member, "Old"))
    ExpenseCategory.objects.filter(name="Old").update(is_active=False)
    waiting = spend(MemberFactory(business=member.business, role="clerk"), 999, what=home, payee="Fennel", tags=["team"]).expense
    transfer(member, bank, cash, 100)
    spend(MemberFactory(role="owner"), 5000)
    return SimpleNamespace(food=food, home=home, bread=bread, rye=rye, bank=bank, cash=cash, waiting=waiting)


def listed(browser: Client, url: str) -> Decimal:
    """What the list behind a figure comes to, as money spent."""
    page = browser.get(url)
    assert page.status_code == 200
    assert not page.context["filters"].errors
    return -page.context["sums"].net
