"""Budgets at a glance on the first page: the worst first, and what to do about one that is over."""

import pytest

from portal.findings import budgets_finding
from portal.queries.dashboard import get_dashboard
from tests.factories import NOW, StockedProductFactory, sell
from tests.factories.expenses import budget, category, spend
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _has_sold(owner):
    sell(owner, {StockedProductFactory(business=owner.business): 1})


def board(member):
    return get_dashboard(member=member, at=NOW, best_of_days=7)


def limited(member, name: str, *, spent: str, limit: str = "100"):
    """A monthly budget of one category, and what was spent on it today."""
    kind = category(member, name)
    made = budget(member, limit, name=name, category=kind)
    if spent != "0":
        spend(member, spent, what=kind)
    return made


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (["50"], "Every budget has room"),
        (["90"], "1 budget close to the limit"),
        (["90", "85"], "2 budgets close to the limit"),
        (["120", "10"], "1 budget over"),
        (["120", "130", "90"], "2 budgets over, 1 close"),
    ],
)
def test_the_title_says_how_many_are_over_or_close(owner, spent, said):
    for number, amount in enumerate(spent):
        limited(owner, f"Kind {number}", spent=amount)

    assert budgets_finding(board(owner).budgets) == said


def test_the_first_page_shows_the_five_worst(logged_in, owner):
    for number in range(6):
        limited(owner, f"Kind {number}", spent=str(number * 25))

    page = logged_in.get("/").content.decode()

    shown = [name for name in (f"Kind {number}" for number in range(6)) if f">{name}</a>" in page]
    assert shown == ["Kind 1", "Kind 2", "Kind 3", "Kind 4", "Kind 5"]
    assert "£25.00 over" in page


def test_a_shop_without_budgets_sees_none(logged_in):
    assert "All budgets" not in logged_in.get("/").content.decode()


def test_one_that_is_over_is_worth_doing_something_about(owner):
    alone = limited(owner, "Wages", spent="120")

    (raise_it,) = [each for each in board(owner).suggestions if "Wages" in each.title]
    assert (raise_it.title, raise_it.url) == ("Wages is £20.00 over its budget", f"/budgets/{alone.pk}/revise/")

    limited(owner, "Rent", spent="0")

    (move,) = [each for each in board(owner).suggestions if "Wages" in each.title]
    assert (move.action, move.url) == ("Move money to it", f"/budgets/{alone.pk}/move/")


def test_who_may_not_change_budgets_is_not_asked_to(viewer, owner):
    limited(owner, "Wages", spent="120")

    assert board(viewer).suggestions == []
    assert "£20.00 over" in client_of(viewer).get("/").content.decode()


@pytest.mark.parametrize("count", [1, 6])
def test_it_costs_the_same_however_many_budgets(logged_in, owner, django_assert_max_num_queries, count):
    for number in range(count):
        limited(owner, f"Kind {number}", spent="120")
    logged_in.get("/")

    with django_assert_max_num_queries(20):
        logged_in.get("/")
