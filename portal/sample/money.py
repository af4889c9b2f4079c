"""What the sample shop spends and pays in, and the limits it keeps to: one budget is over, two are close."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from expenses.models import Account, AccountKind, Budget, ExpenseCategory, ExpenseKind, RecurringExpense
from expenses.models.category import STOCK_PURCHASES
from expenses.periods import CarryOver
from expenses.services.budgets import save_budget
from expenses.services.posting import post_due, settle
from expenses.services.record import Entry, record_expense
from expenses.services.recurring import save_recurring
from portal.queries.takings import get_takings, of_days
from portal.sample import calendar
from portal.sample.shop import Shop

# category: monthly limit, carry-over
LIMITS = {
    "Marketing": (55, CarryOver.NONE),
    "Packaging": (110, CarryOver.SURPLUS),
    "Utilities": (174, CarryOver.NONE),
    "Wages": (520, CarryOver.NONE),
}
# payee, category, day of the month, about how much
MONTHLY = (
    ("Hollis & Daughters", "Rent", 1, 520),
    ("Riverside Energy", "Utilities", 9, 120),
    ("Town Water", "Utilities", 17, 32),
    ("Printworks", "Marketing", 19, 62),
    ("Kraft & Twine", "Packaging", 6, 40),
    ("Kraft & Twine", "Packaging", 20, 34),
)
WAGES_ON = 4  # Friday
BANKED_ON = 0  # Monday
WEEK = timedelta(days=7)
RECORDED_AT = time(17, 45)
# payee: name, rule, category, about how much, whether it varies
RECURRING = {
    "Hollis & Daughters": ("Rent", "FREQ=MONTHLY;BYMONTHDAY=1", "Rent", 520, False),
    "Riverside Energy": ("Electricity", "FREQ=MONTHLY;BYMONTHDAY=9", "Utilities", 120, True),
    "Town Water": ("Water", "FREQ=MONTHLY;BYMONTHDAY=17", "Utilities", 32, True),
    "Tom Aldous": ("Wages, Tom", "FREQ=WEEKLY;BYDAY=FR", "Wages", 110, False),
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
    _bank_takings(shop, categories, bank, first, today)
    post_due(business=business, at=until)
    for name, (limit, carry_over) in LIMITS.items():
        values = {"name": name, "category": categories[name], "amount": Decimal(limit), "carry_over": carry_over}
        starts_on = business.local_day(until).replace(day=1) - timedelta(days=1)
        save_budget(budget=Budget(), by=shop.owner, at=until, values=values | {"starts_on": starts_on.replace(day=1)})


def _bank_takings(shop: Shop, categories: Mapping[str, ExpenseCategory], bank: Account, first: date, today: date) -> None:
    """Each Monday the week's takings are paid in, and the wholesaler is paid for what was sold."""
    business = shop.business
    takings = get_takings(business=business, first=first, last=today)
    for day in calendar.days(first + WEEK, today - timedelta(days=1)):
        if day.weekday() != BANKED_ON:
            continue
        week = of_days(takings, [day - timedelta(days=n) for n in range(1, 8)])
        at = datetime.combine(day, RECORDED_AT, tzinfo=ZoneInfo(business.timezone))
        paid_in = Entry(
            spent_on=day,
            amount=week.total,
            category=categories["Other"],
            kind=ExpenseKind.INCOME,
            payee="Takings of the week",
            account=bank,
        )
        goods = Entry(
            spent_on=day, amount=week.cost, category=categories[STOCK_PURCHASES], payee="Severn Wholesale", account=bank
        )
        for entry in (paid_in, goods):
            if entry.amount > 0:
                record_expense(by=shop.manager, entry=entry, at=at)


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
        due.append(("Tom Aldous", "Wages", _about(110, chance)))
    return due


def _about(amount: int, chance: Random) -> Decimal:
    return (Decimal(amount) * Decimal(str(round(chance.uniform(0.94, 1.06), 3)))).quantize(Decimal("0.01"))
