import pytest

from expenses.models import Expense, RecurringExpense
from expenses.services.posting import post_due
from tests.factories import NOW
from tests.factories.expenses import budget, category
from tests.factories.recurring import recurring
from tests.people import api_of

BASE = "/api/v1/recurring-expenses/"


@pytest.fixture
def body(owner):
    when = {"rule": "freq=monthly;bymonthday=-1", "starts_on": "2026-03-01"}
    return when | {"name": "Rent", "amount": "1150.00", "category": category(owner).pk, "payee": "Hollis", "tags": ["shop"]}


def test_it_is_made_and_answers_with_its_next_days(api, body):
    response = api.post(BASE, body)

    made = response.json()
    assert response.status_code == 201, made
    assert (made["rule"], made["amount"], made["payee"], made["tags"]) == (
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "1150.00",
        "Hollis",
        ["shop"],
    )
    assert (made["due"], made["upcoming"]) == ([], ["2026-03-31", "2026-04-30", "2026-05-31"])
    assert api.get(f"{BASE}{made['id']}/").json() == made
    assert api.get(BASE).json()["results"] == [made]


def test_what_is_given_is_changed_and_nothing_else(api, body):
    made = api.post(BASE, body).json()

    changed = api.patch(f"{BASE}{made['id']}/", {"amount": "1200", "version": 1}).json()
    stale = api.patch(f"{BASE}{made['id']}/", {"amount": "1", "version": 1})

    assert (changed["amount"], changed["payee"], changed["tags"], changed["version"]) == ("1200.00", "Hollis", ["shop"], 2)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"rule": "FREQ=HOURLY"}, "rule", "At most once a day"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "rule", "does not fall on any day"),
        ({"rule": 7}, "rule", "Not a valid string"),
        ({"ends_on": "2026-02-01"}, "ends_on", "on or after the day it starts"),
        ({"starts_on": "2020-01-01"}, "starts_on", "at most a year ago"),
        ({"amount": "0"}, "amount", "above 0"),
        ({"amount": "1.005"}, "amount", "2 decimal places"),
        ({"tax": "2000"}, "tax", "between 0 and the amount"),
        ({"category": 999999}, "category", "There is no"),
        ({"name": ""}, "name", "blank"),
    ],
)
def test_what_makes_no_sense_answers_400_at_its_field(wrong, field, words, api, body):
    response = api.post(BASE, body | wrong)

    (error,) = response.json()["errors"]
    assert (response.status_code, error["field"]) == (400, field)
    assert words in error["message"]


def test_a_name_taken_answers_409(api, body):
    api.post(BASE, body)

    assert (again := api.post(BASE, body)).status_code == 409
    assert again.json()["code"] == "name_taken"


def test_a_day_is_skipped_once(api, body):
    made = api.post(BASE, body).json()

    skipped = api.post(f"{BASE}{made['id']}/skip/", {"due_on": "2026-04-30"})
    again = api.post(f"{BASE}{made['id']}/skip/", {"due_on": "2026-04-30"})
    none = api.post(f"{BASE}{made['id']}/skip/", {"due_on": "2026-04-01"})

    assert (skipped.status_code, skipped.json()["upcoming"][1]) == (200, "2026-05-31")
    assert (again.status_code, again.json()["code"]) == (409, "already_handled")
    assert (none.status_code, none.json()["code"]) == (409, "not_its_day")


def test_what_waits_is_named_and_settled_with_its_amount(api, owner):
    power = recurring(owner, is_variable=True)
    post_due(business=owner.business, at=NOW)
    assert api.get(f"{BASE}{power.pk}/").json()["due"] == ["2026-03-01"]

    answer = api.post(f"{BASE}{power.pk}/settle/", {"due_on": "2026-03-01", "amount": "31.50"})

    assert (answer.status_code, answer.json()) == (201, {"expense": Expense.objects.get().pk})
    assert api.get(f"{BASE}{power.pk}/").json()["due"] == []


def test_a_budget_that_asks_answers_409_until_it_is_confirmed(api, owner):
    budget(owner, 5, mode="ask")
    power = recurring(owner, is_variable=True)
    said = {"due_on": "2026-03-01", "amount": "31.50"}

    assert api.post(f"{BASE}{power.pk}/settle/", said).json()["code"] == "confirm_over_budget"
    assert api.post(f"{BASE}{power.pk}/settle/", said | {"confirmed": True}).status_code == 201


def test_it_is_deleted_or_rests_where_it_has_a_history(api, owner):
    rent, power = recurring(owner), recurring(owner, name="Power", starts_on="2026-04-01")
    post_due(business=owner.business, at=NOW)

    assert [api.delete(f"{BASE}{each.pk}/").status_code for each in (rent, power)] == [204, 204]

    assert list(RecurringExpense.objects.values_list("name", "is_active")) == [("Rent", False)]
    assert api.get(f"{BASE}?is_active=true").json()["results"] == []
    assert api.get(f"{BASE}{rent.pk}/").json()["upcoming"] == []


def test_a_clerk_sees_and_changes_nothing(owner, body):
    rent, clerk = recurring(owner), api_of(owner, "clerk")

    assert clerk.get(BASE).status_code == 200
    assert clerk.post(BASE, body).status_code == 403
    assert clerk.patch(f"{BASE}{rent.pk}/", {"amount": "1"}).status_code == 403
    assert clerk.delete(f"{BASE}{rent.pk}/").status_code == 403
    assert clerk.post(f"{BASE}{rent.pk}/skip/", {"due_on": "2026-04-01"}).status_code == 403
    assert clerk.post(f"{BASE}{rent.pk}/settle/", {"due_on": "2026-04-01", "amount": "1"}).status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_at_any_length(count, api, owner, django_assert_max_num_queries):
    for n in range(count):
        recurring(owner, name=f"Rent {n}", payee="Hollis", tags=["shop"])
    api.get(BASE)  # which notes the use of the key

    with django_assert_max_num_queries(6):
        assert len(api.get(BASE).json()["results"]) == count
