from datetime import date
from decimal import Decimal

import pytest

from expenses.models import Budget, Expense
from expenses.services.record import Share
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, budget, category, spend
from tests.people import client_of


def entered(member, **values):
    given = {"amount": "12.50", "payee": "Fennel", "category": category(member).pk, "spent_on": TODAY, "kind": "expense"}
    return given | {"note": "", "tags": "", "account": ""} | values


def test_an_expense_is_added_and_says_what_it_leaves(logged_in, member):
    budget(member, 100)

    response = logged_in.post("/expenses/", entered(member, tags="team, lunch"), follow=True)

    assert "Food: £87.50 left" in response.content.decode()
    assert sorted(tag.name for tag in Expense.objects.get().tags.all()) == ["lunch", "team"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("amount", "0.005", "An amount has at most 2 decimal places"),
        ("amount", "-3", "Enter an amount between"),
        ("amount", "a lot", "Enter a number"),
        ("amount", "0", "above 0"),
        ("spent_on", "soon", "valid date"),
        ("spent_on", "1900-01-01", "after 1970"),
        ("spent_on", "9999-12-31", "before 9000"),
        ("category", "999999", "Select a valid choice"),
        ("payee", "x" * 300, "at most 120 characters"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(field, value, sentence, logged_in, member):
    response = logged_in.post("/expenses/", entered(member, **{field: value, "note": "my note"}))

    assert response.status_code == 200
    assert sentence in str(response.context["form"].errors[field])
    assert "my note" in response.content.decode()


def test_a_budget_that_asks_is_answered_on_the_form(logged_in, member):
    budget(member, 10, mode="ask")

    asked = logged_in.post("/expenses/", entered(member))
    assert "over its limit" in asked.context["form"].asks
    assert "Record it all the same" in asked.content.decode()
    assert not Expense.objects.exists()

    logged_in.post("/expenses/", entered(member, confirmed="on"))
    assert Expense.objects.exists()


def test_an_expense_is_changed_and_deleted(logged_in, member):
    expense = spend(member, "5").expense

    logged_in.post(f"/expenses/{expense.pk}/", entered(member, amount="7"))
    assert Expense.objects.get().amount == 7
    logged_in.post(f"/expenses/{expense.pk}/delete/")

    assert not Expense.objects.exists()


def test_a_change_of_the_note_keeps_splits_and_tax(logged_in, member):
    food, home = category(member), category(member, "Home")
    parts = [Share(food, Decimal(10), "Rye"), Share(home, Decimal(2))]
    expense = spend(member, "12", what=food, splits=parts, tax=Decimal(2)).expense

    logged_in.post(f"/expenses/{expense.pk}/", entered(member, amount="12", payee="", note="For the team"))

    expense = Expense.objects.get()
    assert (expense.note, expense.tax) == ("For the team", 2)
    assert [(s.category, s.amount, s.note) for s in expense.splits.order_by("pk")] == [(food, 10, "Rye"), (home, 2, "")]


def test_a_change_of_the_amount_puts_all_of_it_in_the_category(logged_in, member):
    food, home = category(member), category(member, "Home")
    expense = spend(member, "12", what=food, splits=[Share(food, Decimal(10)), Share(home, Decimal(2))]).expense

    logged_in.post(f"/expenses/{expense.pk}/", entered(member, amount="15", payee=""))

    assert [(s.category, s.amount) for s in Expense.objects.get().splits.all()] == [(food, 15)]


def test_a_second_click_records_nothing_again(logged_in, member):
    key = logged_in.get("/expenses/").context["form"]["key"].value()

    for _ in range(2):
        assert logged_in.post("/expenses/", entered(member, key=key)).status_code == 302
    other = logged_in.post("/expenses/", entered(member, key=key, amount="99"))

    assert Expense.objects.get().amount == Decimal("12.50")
    assert "This was recorded already" in other.content.decode()


def test_a_possible_duplicate_is_mentioned(logged_in, member):
    spend(member, "12.50", payee="Fennel")

    response = logged_in.post("/expenses/", entered(member), follow=True)

    assert "The same amount was recorded on 4 March" in response.content.decode()


def test_a_budget_is_made_and_shows_where_it_stands(logged_in, member):
    values = {"name": "Food", "amount": "100", "period": "monthly", "starts_on": "2026-01-01", "carry_over": "all"}
    logged_in.post("/budgets/new/", values | {"thresholds": "80, 100", "mode": "tell"})
    spend(member, "120", date(2026, 2, 5))

    page = logged_in.get("/budgets/").content.decode()
    one = logged_in.get(f"/budgets/{Budget.objects.get().pk}/").content.decode()

    assert "£180.00" in page
    assert "£80.00" in one  # what February left, with the surplus of January


def test_a_budget_that_does_not_run_today_is_listed_with_its_day(logged_in, member):
    soon = budget(member, 100, name="Spring", starts_on=date(2026, 4, 1))
    past = budget(member, 50, name="Fair", period="custom", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31))

    page = logged_in.get("/budgets/").content.decode()

    assert f"/budgets/{soon.pk}/" in page
    assert "begins on 1 April 2026" in page
    assert f"/budgets/{past.pk}/" in page
    assert "ended on 31 January 2026" in page
    assert "No limits set" not in page


@pytest.mark.parametrize("url", ["/budgets/{}/", "/budgets/{}/edit/"])
def test_another_book_s_budget_is_not_there(url, member):
    stranger = client_of(MemberFactory(role="owner"))

    assert stranger.get(url.format(budget(member, 100).pk)).status_code == 404


def test_another_book_s_expense_is_not_there(member):
    stranger, expense = client_of(MemberFactory(role="owner")), spend(member, "5").expense

    assert stranger.get(f"/expenses/{expense.pk}/").status_code == 404
    assert stranger.post(f"/expenses/{expense.pk}/delete/").status_code == 404


def test_a_viewer_sees_but_adds_nothing(viewer):
    client = client_of(viewer)

    assert "Add an expense" not in client.get("/expenses/").content.decode()
    assert client.post("/expenses/", entered(viewer)).status_code == 403
    assert not Expense.objects.exists()


@pytest.mark.parametrize("on", ["", "?on=1999-01-01", "?on=soon", "?on=2026-13-45", "?on=9999-12-31", "?on=0001-01-01"])
def test_any_day_of_the_address_gives_a_page(on, logged_in, member):
    assert logged_in.get(f"/budgets/{budget(member, 100).pk}/{on}").status_code == 200


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("url", ["/expenses/", "/budgets/"])
def test_pages_cost_the_same_at_any_length(url, count, logged_in, member, django_assert_max_num_queries):
    for n in range(count):
        budget(member, 100, name=f"Budget {n}", category=category(member, f"Category {n}"))
        spend(member, "5", what=category(member, f"Category {n}"), payee="Fennel", tags=["team"])
    logged_in.get(url)

    with django_assert_max_num_queries(9):
        assert logged_in.get(url).status_code == 200
