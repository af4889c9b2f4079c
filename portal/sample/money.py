"""What the sample shop spends, and the limits it keeps to: one budget is over, one is close."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from expenses.models import Account, AccountKind, Budget, ExpenseCategory, RecurringExpense
from expenses.periods import CarryOver
from expenses.services.budgets import save_budget
from expenses.services.posting import post_due, settle
from expenses.services.record import Entry, record_expense
from expenses.services.recurring import save_recurring
from portal.sample import calendar
from portal.sample.shop import Shop

# category: monthly limit, carry-over
LIMITS = {
    "Marketing": (180, CarryOver.NONE),
    "Packaging": (260, CarryOver.SURPLUS),
    "Utilities": (420, CarryOver.NONE),
    "Wages": (1600, CarryOver.NONE),
}
# payee, category, day of the month, about how much
MONTHLY = (
    ("Hollis & Daughters", "Rent", 1, 1150),
    ("Riverside Energy", "Utilities", 9, 290),
    ("Town Water", "Utilities", 17, 78),
    ("Printworks", "Marketing", 19, 206),
    ("Kraft & Twine", "Packaging", 6, 96),
    ("Kraft & Twine", "Packaging", 20, 84),
)
WAGES_ON = 4  # Friday
RECORDED_AT = time(17, 45)
# payee: name, rule, category, about how much, whether it varies
RECURRING = {
    "Hollis & Daughters": ("Rent", "FREQ=MONTHLY;BYMONTHDAY=1", "Rent", 1150, False),
    "Riverside Energy": ("Electricity", "FREQ=MONTHLY;BYMONTHDAY=9", "Utilities", 290, True),
    "Town Water": ("Water", "FREQ=MONTHLY;BYMONTHDAY=17", "Utilities", 78, True),
    "Tom Aldous": ("Wages, Tom", "FREQ=WEEKLY;BYDAY=FR", "Wages", 340, False),
}
RECURRING_FOR = timedelta(days=62)  # before that they were entered by hand


def spend_through(*, shop: Shop, first: date, until: datetime, seed: int) -> None:
    """The bills and wages of every month from `first` to `until`, and the budgets they count against."""
    chance = Random(seed)  # noqa: S311  (a story, not a secret)
    business = shop.business
    categories = {category.name: category for category in ExpenseCategory.objects.for_business(business)}
    bank = Account.objects.create(business=business, name="Bank", kind=AccountKind.BANK, opened_on=first, opening_balance=4000)
    today = business.local_day(until)
    standing = _standing(shop, categories, bank, max(first, today - RECURRING_FOR), until)
    for day in calendar.days(first, today - timedelta(days=1)):
        at = datetime.combine(day, RECORDED_AT, tzinfo=ZoneInfo(business.timezone))
        for payee, name, amount in _due(day, chance):
            recurring = standing.get(payee)
            if recurring and day >= recurring.starts_on:
                settle(recurring=recurring, due_on=day, amount=amount, by=shop.manager, at=at)
            else:
                entry = Entry(spent_on=day, amount=amount, category=categories[name], payee=payee, account=bank)
                record_expense(by=shop.manager, entry=entry, at=at)
    post_due(business=business, at=until)
    for name, (limit, carry_over) in LIMITS.items():
        values = {"name": name, "category": categories[name], "amount": Decimal(limit), "carry_over": carry_over}
        starts_on = business.local_day(until).replace(day=1) - timedelta(days=1)
        save_budget(budget=Budget(), by=shop.owner, at=until, values=values | {"starts_on": starts_on.replace(day=1)})


def _standing(
    shop: Shop, categories: Mapping[str, ExpenseCategory], bank: Account, starts_on: date, at: datetime
) -> dict[str, RecurringExpense]:
    """What the shop has said that it pays again and again, by payee."""
    standing = {}
    for payee, (name, rule, category, amount, is_variable) in RECURRING.items():
        values = {"name": name, "rule": rule, "starts_on": starts_on, "amount": Decimal(amount), "is_variable": is_variable}
        values |= {"category": categories[category], "payee": payee, "account": bank}
        recurring = RecurringExpense(business=shop.business)
        standing[payee] = save_recurring(recurring=recurring, by=shop.manager, at=at, values=values)
    return standing


def _due(day: date, chance: Random) -> list[tuple[str, str, Decimal]]:
    due = [(payee, name, _about(amount, chance)) for payee, name, on, amount in MONTHLY if day.day == on]
    if day.weekday() == WAGES_ON:
        due.append(("Tom Aldous", "Wages", _about(340, chance)))
    return due


def _about(amount: int, chance: Random) -> Decimal:
    return (Decimal(amount) * Decimal(str(round(chance.uniform(0.94, 1.06), 3)))).quantize(Decimal("0.01"))
