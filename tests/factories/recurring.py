from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Member
from expenses.models import Payee, RecurringExpense, Tag
from tests.factories import NOW
from tests.factories.expenses import category


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
