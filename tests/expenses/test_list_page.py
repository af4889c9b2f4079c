from datetime import timedelta
from decimal import Decimal

import pytest

from expenses.lists import Sums, Wanted, get_sums
from expenses.models import Account
from expenses.services.record import Share
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, category, spend

D = Decimal


@pytest.fixture
def book(member):
    food, home = category(member), category(member, "Home")
    bread = category(member, "Bread", food)
    cash = Account.objects.create(business=member.business, name="Cash", opened_on=TODAY)
    spend(member, 9, what=bread, payee="Fennel", tags=["team"], note="Rye bread", account=cash)
    spend(member, 4, TODAY - timedelta(days=40), kind="refund", what=home)
    spend(member, 500, kind="income", what=home, payee="Guild")
    spend(member, 8, splits=[Share(food, D(5)), Share(home, D(3))])
    spend(MemberFactory(role="owner"), 77)
    return {"food": food.pk, "home": home.pk, "cash": cash.pk}


def amounts(response):
    return [expense.amount for expense in response.context["page"].items]


@pytest.mark.parametrize(
    ("query", "found", "sums"),
    [
        ("", [8, 500, 9, 4], Sums(D(17), earned=D(500))),
        ("since=2026-03-01&until=2026-03-31", [8, 500, 9], Sums(spent=D(17), earned=D(500))),
        ("until=2026-02-28", [4], Sums(given_back=D(4))),
        ("category={food}", [8, 9], Sums(spent=D(14))),
        ("category={home}", [8, 500, 4], Sums(D(3), D(4), D(500))),
        ("payee=Fennel", [9], Sums(spent=D(9))),
        ("tag=team", [9], Sums(spent=D(9))),
        ("account={cash}", [9], Sums(spent=D(9))),
        ("kind=income", [500], Sums(earned=D(500))),
        ("state=waiting", [], Sums()),
        ("q=rye", [9], Sums(spent=D(9))),
        ("q=fen bread", [9], Sums(spent=D(9))),
        ("since=soon&account=x&category=999999", [8, 500, 9, 4], Sums(D(17), earned=D(500))),
    ],
)
def test_each_filter_of_the_address_narrows_the_list_and_its_sums(query, found, sums, logged_in, book):
    page = logged_in.get(f"/expenses/?{query.format(**book)}")

    assert amounts(page) == found
    assert page.context["sums"] == sums


def test_the_list_shows_the_sign_and_what_it_comes_to(logged_in, book):
    page = " ".join(logged_in.get("/expenses/").content.decode().split())

    assert all(shown in page for shown in ("−£9.00", "+£4.00", "+£500.00"))
    assert "This month: £17.00 spent, £500.00 earned: +£483.00" in page
    assert "This month:" not in logged_in.get("/expenses/?kind=expense").content.decode()


def test_periods_keep_the_other_filters_and_begin_at_the_first_page(logged_in, book):
    page = logged_in.get("/expenses/?kind=expense&after=x&since=2026-03-01&until=2026-03-31")

    periods = {period.label: period for period in page.context["periods"]}
    assert periods["Last month"].url == "?kind=expense&since=2026-02-01&until=2026-02-28"
    assert [period.label for period in page.context["periods"] if period.is_current] == ["This month"]


def test_pages_keep_the_filter(logged_in, member):
    for _ in range(51):
        spend(member, 5, tags=["team"])
    spend(member, 6)

    first = logged_in.get("/expenses/?tag=team")
    second = logged_in.get(f"/expenses/{first.context['page'].next_url}")

    assert "tag=team" in first.context["page"].next_url
    assert (len(amounts(first)), amounts(second)) == (50, [5])
    assert second.context["sums"].spent == 255


def test_what_nothing_fits_differs_from_what_is_empty(logged_in, member):
    assert "Nothing spent yet" in logged_in.get("/expenses/").content.decode()
    assert "Nothing fits" in logged_in.get("/expenses/?q=x").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_six_queries_beside_the_frame_at_any_length(count, logged_in, member, django_assert_max_num_queries):
    for n in range(count):
        what = category(member, f"Category {n}")
        spend(member, 5, payee=f"Payee {n}", tags=["team"], splits=[Share(what, D(2)), Share(category(member), D(3))])
    logged_in.get("/budgets/new/")
    with django_assert_max_num_queries(20) as frame:
        logged_in.get("/menu/")

    for query in ("", f"?category={category(member).pk}&tag=team&q=payee"):
        with django_assert_max_num_queries(len(frame) + 6):
            logged_in.get(f"/expenses/{query}")


def test_sums_of_a_category_take_two_queries(member, book, django_assert_num_queries):
    with django_assert_num_queries(2):
        get_sums(member.business, Wanted(category=book["food"]))
