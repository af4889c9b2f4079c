from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Member
from alerts.models import Alert
from expenses.models import Expense, Payee, RecurringExpense, Tag
from expenses.queries import get_budgets, get_positions
from expenses.services.posting import post_due
from tests.factories import NOW
from tests.factories.expenses import TODAY, category


def recurring(member: Member, rule: str = "FREQ=MONTHLY", *, name: str = "Rent", **values: Any) -> RecurringExpense:
    """A recurring expense of £10 in Groceries from 1 March 2026, the month in which the tests' clock stands."""
    tags = values.pop("tags", ())
    wanted = {"starts_on": date(2026, 3, 1), "amount": Decimal(10), "category": category(member), "created_at": NOW, **values}
    payee = wanted.get("payee")
    if isinstance(payee, str):
        wanted["payee"], _ = Payee.objects.get_or_create(business=member.business, name=payee)
    made = RecurringExpense.objects.create(business=member.business, created_by=member, name=name, rule=rule, **wanted)
    made.tags.set([Tag.objects.get_or_create(business=member.business, name=tag)[0] for tag in tags])
    return made


def post(member: Member, at: datetime = NOW) -> Any:
    return post_due(business=member.business, at=at)


def posted(member: Member) -> list[str]:
    """The days on which something was posted, in order."""
    days = Expense.objects.for_business(member.business).order_by("spent_on").values_list("spent_on", flat=True)
    return [str(day) for day in days]


def where(member: Member, on: date = TODAY) -> tuple[Decimal, Decimal]:
    """What is spent and committed of the only budget."""
    (each,) = get_positions(member.business, get_budgets(member.business), on)
    return each.position.spent, each.position.committed


def open_alerts(member: Member) -> list[tuple[str, str]]:
    return list(Alert.objects.for_business(member.business).open().order_by("pk").values_list("subject", "message"))
