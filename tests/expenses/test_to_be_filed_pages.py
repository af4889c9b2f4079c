"""The pages of what lies to be filed, and the suggestion beside an entry."""

from datetime import date

import pytest

from expenses.models import Expense
from expenses.services.closing import close_books
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import category, entered, rule
from tests.factories.unfiled import filed, taught, unfiled
from tests.people import client_of

PAGE, LIKELY = "/expenses/to-be-filed/", "/expenses/to-be-filed/likely/"


def test_the_page_shows_each_with_its_suggestion_and_a_way_to_a_rule(logged_in, member):
    taught(member)
    unfiled(member, "Corner Bakery & Sons", note="bread")

    page = logged_in.get(PAGE).content.decode()

    assert "1 expense to be filed" in page
    assert "Groceries is likely" in page
    assert f"/rules/new/?payee_contains=Corner%20Bakery%20%26%20Sons&amp;category={category(member).pk}" in page
    assert "all at once" in page


def test_accepting_or_choosing_another_files_it(logged_in, member):
    expense, home = unfiled(member), category(member, "Home")

    answer = logged_in.post(PAGE, {"picked": f"{expense.pk}:1", "category": home.pk}, follow=True)

    assert "Filed under Home." in answer.content.decode()
    assert "All is filed" in answer.content.decode()
    assert filed(expense) == "Home"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"category": ""}, "Choose a category."),
        ({"category": "999999"}, "Select a valid choice"),
        ({"category": "\u0661"}, "Select a valid choice"),
        ({"category": "1\0"}, "Select a valid choice"),
        ({"picked": "x"}, "Enter a valid value"),
        ({"picked": "1:1\0"}, "Null characters are not allowed"),
        ({"picked": f"{10**17}:1"}, "meanwhile"),
        ({}, "meanwhile"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(values, sentence, logged_in, member):
    expense = unfiled(member)
    sent = {"picked": f"{expense.pk}:7", "category": category(member).pk} | values

    answer = logged_in.post(PAGE, sent)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert filed(expense) == "To be filed"


def test_a_closed_day_says_so_instead_of_a_form(logged_in, member, owner):
    expense = unfiled(member, on=date(2026, 1, 31))
    close_books(by=owner, until=date(2026, 1, 31), at=NOW)

    page = logged_in.get(PAGE).content.decode()
    sent = logged_in.post(PAGE, {"picked": f"{expense.pk}:1", "category": category(member).pk})

    assert "The books are closed up to 31 January 2026, so it stays as it is." in page
    assert 'name="picked"' not in page
    assert "Choose a later day, or ask an owner" in sent.content.decode()


def test_too_little_history_is_said_kindly(logged_in, member):
    unfiled(member)

    assert "too little to learn from yet" in logged_in.get(PAGE).content.decode()


def test_all_that_is_sure_enough_is_looked_at_ticked_and_filed(logged_in, member):
    taught(member)
    sure = [unfiled(member, f"Corner Bakery {number}", note="bread rolls") for number in (101, 102, 103)]
    unsure = unfiled(member, "Xyzzyx")

    page = logged_in.get(LIKELY, {"least": "50"})
    ticks = [f"{row.expense.pk}:{row.expense.version}:{row.guess.category.pk}" for row in page.context["rows"]]
    assert {row.expense.pk for row in page.context["rows"]} == {each.pk for each in sure}
    assert all(f'value="{tick}" checked' in page.content.decode() for tick in ticks)
    assert {filed(each) for each in sure} == {"To be filed"}  # seen, not applied

    done = logged_in.post(LIKELY, {"picked": ticks[:2]}, follow=True)

    assert "2 expenses are filed" in done.content.decode()
    assert [filed(each) for each in reversed(sure)] == ["Groceries", "Groceries", "To be filed"]
    assert filed(unsure) == "To be filed"


def test_a_rule_made_since_counts_as_sure(logged_in, member):
    expense = unfiled(member)
    rule(member, payee_contains="bakery")

    assert [row.expense.pk for row in logged_in.get(LIKELY, {"least": "95"}).context["rows"]] == [expense.pk]


@pytest.mark.parametrize("picks", [[], ["1:1"], ["x"], ["1:1:1\0"], [f"{10**17}:1:1"]])
def test_odd_ticks_are_told(picks, logged_in, member):
    expense = unfiled(member)

    assert logged_in.post(LIKELY, {"picked": picks}).status_code == 400
    assert filed(expense) == "To be filed"


@pytest.mark.parametrize("least", ["", "x", "1", "999", "80\0"])
def test_an_odd_level_is_the_usual_one(least, logged_in, member):
    assert logged_in.get(LIKELY, {"least": least}).context["least"] == 80


@pytest.mark.parametrize("role", ["clerk", "viewer"])
def test_only_managers_and_above_file(role, member):
    other = MemberFactory(business=member.business, role=role)

    for address in (PAGE, LIKELY):
        assert client_of(other).get(address).status_code == 403
        assert client_of(other).post(address).status_code == 403
    assert PAGE not in client_of(other).get("/expenses/").content.decode()
    assert PAGE in client_of(member).get("/expenses/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(("address", "queries"), [(PAGE, 7), (LIKELY, 6)])
def test_the_pages_cost_the_same_at_any_length(address, queries, count, logged_in, member, django_assert_num_queries):
    taught(member)
    for number in range(count):
        unfiled(member, f"Corner Bakery {100 + number}", note="bread")
    logged_in.get(address)

    with django_assert_num_queries(queries):
        logged_in.get(address)


# Where an expense is entered


def test_the_quick_line_suggests_where_neither_it_nor_its_payee_says(logged_in, member):
    taught(member)

    new = logged_in.get("/expenses/", {"line": "5 bread rolls @bakery", "read": "1"}).content.decode()
    named = logged_in.get("/expenses/", {"line": "5 bread rolls Groceries", "read": "1"}).content.decode()

    assert "Groceries is likely" in new
    assert f'name="category" value="{category(member).pk}">Save under Groceries' in new
    assert "is likely" not in named


def test_the_form_suggests_while_one_types_and_where_it_was_refused(logged_in, member):
    taught(member)
    typed = entered(member, payee="Corner Bakery", note="bread", category="")

    assert "Groceries is likely" in logged_in.get("/expenses/check/", typed).content.decode()
    assert "Groceries is likely" in logged_in.post("/expenses/", typed).content.decode()
    assert not Expense.objects.filter(payee__name="Corner Bakery").exists()


def test_the_button_of_a_suggestion_saves_under_it(logged_in, member):
    groceries = category(member).pk

    logged_in.post("/expenses/", entered(member, payee="Corner Bakery", category=["", groceries]))

    assert filed(Expense.objects.get()) == "Groceries"


def test_a_rule_suggests_before_there_is_history(logged_in, member):
    unfiled(member)
    rule(member, payee_contains="bakery")

    page = logged_in.get(PAGE).content.decode()

    assert "Shop files it under Groceries" in page
    assert "all at once" in page
    assert "too little to learn from yet" in page
