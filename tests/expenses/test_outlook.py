"""What is told while typing is what will be told after saving."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from expenses.models import Account, ExchangeRate, Expense
from expenses.outlook import get_outlook
from expenses.services.record import ConfirmOverBudget, Entry, OverBudget, Share, record_expense, update_expense
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category, entered, spend
from tests.people import client_of

D = Decimal


@pytest.fixture
def book(owner):
    """Budgets of every sort, with something spent against each."""
    food, home = category(owner), category(owner, "Home")
    bread = category(owner, "Bread", food)
    cash = Account.objects.create(business=owner.business, name="Cash", opened_on=TODAY)
    expense = spend(owner, 30, what=bread, tags=["team"], account=cash).expense
    spend(owner, 12, TODAY - timedelta(days=40), what=food)
    budget(owner, 100, name="All")
    budget(owner, 50, name="Food", category=food, carry_over="all")
    budget(owner, 20, name="Home", category=home, period="weekly")
    budget(owner, 40, name="Team", tag=expense.tags.get())
    budget(owner, 40, name="Cash", account=cash)
    return {"food": food, "home": home, "bread": bread, "cash": cash, "expense": expense}


def standing(positions):
    return {each.budget.name: each.position for each in positions}


ENTRIES = [
    {},
    {"kind": "refund"},
    {"kind": "income"},
    {"tags": ["#team", "new"]},
    {"account": "cash"},
    {"category": "bread"},
    {"amount": D(500)},
    {"spent_on": date(2026, 2, 3)},
    {"splits": [("bread", D(5)), ("home", D("7.50"))], "tags": ["team"]},
    {"amount": D(0), "foreign_amount": D(20), "foreign_currency": "USD", "splits": [("food", D(15)), ("home", D(5))]},
]


def entry_of(book, **values):
    splits = [Share(book[name], amount) for name, amount in values.pop("splits", ())]
    given = {name: book.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
    return replace(Entry(TODAY, D("12.50"), book["food"]), splits=splits, **given)


@pytest.mark.parametrize("values", ENTRIES)
def test_a_new_expense_leaves_what_was_foretold(values, owner, book):
    ExchangeRate.objects.create(business=owner.business, currency="USD", on=TODAY, rate=D("0.7913"))
    entry = entry_of(book, **values)

    foretold = get_outlook(owner, entry)
    done = record_expense(by=owner, entry=entry, at=NOW)

    assert standing(foretold.budgets) == standing(done.budgets)
    assert (foretold.entry.amount, foretold.rate_on) == (done.expense.amount, done.rate_on)


@pytest.mark.parametrize("values", ENTRIES[:-1])
def test_a_changed_expense_leaves_what_was_foretold(values, owner, book):
    entry = entry_of(book, **values)
    expense = Expense.objects.prefetch_related("splits", "tags").get(pk=book["expense"].pk)

    foretold = get_outlook(owner, entry, expense=expense)
    done = update_expense(expense=expense, by=owner, entry=entry, at=NOW)

    assert standing(foretold.budgets) == standing(done.budgets)


def test_nothing_is_written(owner, book):
    get_outlook(owner, entry_of(book, payee="Nobody", tags=["unheard"]))

    assert Expense.objects.count() == 2
    assert not owner.business.payees.exists()
    assert [tag.name for tag in owner.business.tags.all()] == ["team"]


def test_it_says_why_there_is_nothing_to_tell(owner, book):
    outlook = get_outlook(owner, entry_of(book, amount=D(0), foreign_amount=D(20), foreign_currency="USD"))

    assert "no rate for USD" in outlook.refusal
    assert not outlook.budgets


def test_it_names_what_may_be_doubled_but_not_the_expense_itself(owner, book):
    entry = entry_of(book, amount=D(30), category="bread")

    assert get_outlook(owner, entry).alike == [book["expense"]]
    assert get_outlook(owner, entry, expense=book["expense"]).alike == []


@pytest.mark.parametrize("count", [1, 20])
def test_it_costs_the_same_for_any_number_of_budgets(count, owner, django_assert_max_num_queries):
    for n in range(count):
        budget(owner, 100, name=f"Budget {n}", category=category(owner) if n % 2 else None)
        spend(owner, 5, tags=["team"], payee="Fennel")
    expense = Expense.objects.first()
    entry = Entry(TODAY, D(5), category(owner), payee="Fennel", tags=["team"])

    with django_assert_max_num_queries(16):
        assert len(get_outlook(owner, entry, expense=expense).budgets) == count


@pytest.mark.parametrize(
    ("mode", "role", "answer", "says"),
    [
        ("tell", "clerk", "tell", "over</p>"),
        ("ask", "clerk", "ask", "over; you will be asked</p>"),
        ("ask", "owner", "ask", "over; you will be asked</p>"),
        ("stop", "clerk", "stop", "over; only a manager can record it</p>"),
        ("stop", "manager", "ask", "over; you will be asked</p>"),
        ("stop", "owner", "ask", "over; you will be asked</p>"),
    ],
)
def test_while_typing_each_mode_says_to_each_role_what_recording_will_do(mode, role, answer, says, owner):
    by = MemberFactory(business=owner.business, role=role)
    budget(owner, 100, mode=mode)

    def outcome(**options):
        try:
            spend(by, 120, **options)
        except (OverBudget, ConfirmOverBudget) as refused:
            return refused.code
        return "recorded"

    (there,) = get_outlook(by, Entry(TODAY, D(120), category(owner))).budgets
    page = client_of(by).get("/expenses/check/", entered(owner, amount="120")).content.decode()

    assert (there.answer, there.position.left) == (answer, -20)
    assert f"takes Food £20.00 {says}" in " ".join(page.split()).replace(" </p>", "</p>")
    assert outcome() == {"tell": "recorded", "ask": "confirm_over_budget", "stop": "over_budget"}[answer]
    assert outcome(confirmed=True) == ("over_budget" if answer == "stop" else "recorded")


@pytest.mark.parametrize("mode", ["tell", "ask", "stop"])
def test_while_typing_what_is_left_is_said_in_every_mode_and_nothing_is_asked(mode, owner, clerk):
    budget(owner, 100, mode=mode)

    (there,) = get_outlook(clerk, Entry(TODAY, D(100), category(owner))).budgets
    page = client_of(clerk).get("/expenses/check/", entered(owner, amount="87.60")).content.decode()

    assert (there.answer, there.position.left) == ("tell", 0)
    assert "leaves £12.40 of Food" in page


@pytest.mark.parametrize("mode", ["ask", "stop"])
def test_giving_back_and_taking_less_are_never_asked_about_or_stopped(mode, owner, clerk):
    Business.objects.update(clerks_need_approval=False)
    clerk.business.refresh_from_db()
    expense = spend(clerk, 120).expense
    budget(owner, 100, mode=mode)
    smaller, larger = (Entry(TODAY, D(amount), category(owner)) for amount in (119, 121))

    def answers(entry, **options):
        return [(each.answer, each.position.left) for each in get_outlook(clerk, entry, **options).budgets]

    assert answers(replace(smaller, amount=D(5), kind="refund")) == [("tell", -15)]
    assert answers(smaller, expense=expense) == [("tell", -19)]
    assert answers(larger, expense=expense) == [(mode, -21)]
    update_expense(expense=expense, by=clerk, entry=smaller, at=NOW)
    with pytest.raises((OverBudget, ConfirmOverBudget)):
        update_expense(expense=expense, by=clerk, entry=larger, at=NOW)
