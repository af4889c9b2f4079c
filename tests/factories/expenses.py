from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Member
from accounts.permissions import Role
from expenses.models import Budget, ExpenseCategory, FilingRule
from expenses.services.budgets import save_budget
from expenses.services.record import Entry, Recorded, record_expense
from expenses.services.rules import save_rule
from tests.factories import NOW

TODAY = NOW.date()


def category(member: Member, name: str = "Groceries", parent: ExpenseCategory | None = None) -> ExpenseCategory:
    found, _ = ExpenseCategory.objects.get_or_create(
        business=member.business, name=name, parent=parent, defaults={"parent_key": parent.pk if parent else 0}
    )
    return found


def spend(member: Member, amount: Any, on: date = TODAY, *, what: ExpenseCategory | None = None, **options: Any) -> Recorded:
    """Spend on a category (Groceries unless told otherwise); `confirmed` goes to the service, the rest to the entry."""
    confirmed = options.pop("confirmed", False)
    entry = Entry(spent_on=on, amount=Decimal(amount), category=what or category(member), **options)
    return record_expense(by=member, entry=entry, at=NOW, confirmed=confirmed)


def budget(member: Member, amount: Any, *, name: str = "Food", **values: Any) -> Budget:
    wanted = {"name": name, "amount": Decimal(amount), "starts_on": date(2026, 1, 1), **values}
    manager = Member(pk=member.pk, business=member.business, user_id=member.user_id, role=Role.MANAGER)
    return save_budget(budget=Budget(business=member.business), by=manager, at=NOW, values=wanted)


def rule(member: Member, *, name: str = "Shop", category: ExpenseCategory | None = None, **values: Any) -> FilingRule:
    """A rule that files under Groceries what is paid to Fennel, unless told otherwise."""
    what = category or ExpenseCategory.objects.get_or_create(business=member.business, name="Groceries", parent_key=0)[0]
    asked = (
        values
        if values.keys() & {"payee_contains", "text_contains", "least", "most", "account"}
        else {"payee_contains": "Fennel"}
    )
    manager = Member(pk=member.pk, business=member.business, user_id=member.user_id, role=Role.MANAGER)
    return save_rule(rule=FilingRule(), by=manager, at=NOW, values={"name": name, "category": what} | values | asked)


def entered(member: Member, **values: Any) -> dict[str, Any]:
    """What the page of an expense sends."""
    given = {"amount": "12.50", "payee": "Fennel", "category": category(member).pk, "spent_on": TODAY, "kind": "expense"}
    empty = {"note": "", "tags": "", "account": "", "currency": "GBP", "rate": "", "tax": "", "tax_rate": ""}
    return given | empty | values


def parts(*rows: tuple[Any, str, str]) -> dict[str, Any]:
    """Rows of a split, each a category's id, an amount and a note."""
    names = ("category", "amount", "note")
    return {f"splits-{n}-{name}": value for n, row in enumerate(rows) for name, value in zip(names, row, strict=True)}
