"""Books with something to file, and with enough that is filed to learn from."""

from datetime import date
from typing import Any

from accounts.models import Member
from expenses.models import Expense
from expenses.services.categories import to_be_filed
from tests.factories.expenses import TODAY, category, spend


def unfiled(member: Member, payee: str = "Corner Bakery 12", on: date = TODAY, **values: Any) -> Expense:
    return spend(member, values.pop("amount", "5"), on, payee=payee, what=to_be_filed(member.business), **values).expense


def taught(member: Member) -> None:
    """A book that has bought bread and ridden trains often enough to learn from."""
    for number in range(25):
        word = ("north", "south", "east", "west", "upper")[number % 5]
        spend(member, "4", date(2026, 1, 1 + number), payee=f"{word} bakery {number}", note="bread rolls", what=category(member))
        spend(
            member,
            "60",
            date(2026, 1, 1 + number),
            payee=f"{word} railway {number}",
            note="train",
            what=category(member, "Travel"),
        )


def filed(expense: Expense) -> str:
    """The name of the category that it lies in now."""
    return Expense.objects.get(pk=expense.pk).splits.get().category.name
