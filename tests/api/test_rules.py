import pytest

from tests.factories import MemberFactory
from tests.factories.expenses import category, rule
from tests.people import api_of

BASE = "/api/v1/rules/"


@pytest.fixture
def groceries(owner):
    return category(owner).pk


def test_a_rule_is_made_read_changed_and_deleted(api, groceries):
    body = {"name": "Shop", "payee_contains": "fennel", "least": "1.00", "category": groceries, "tags": ["team"]}
    made = api.post(BASE, body)

    assert made.status_code == 201, made.json()
    assert made.json() == {
        "id": made.json()["id"],
        "version": 1,
        "name": "Shop",
        "position": 1,
        "payee_contains": "fennel",
        "text_contains": "",
        "least": "1.00",
        "most": None,
        "account": None,
        "category": groceries,
        "set_payee": "",
        "tags": ["team"],
        "is_active": True,
    }
    one = f"{BASE}{made.json()['id']}/"
    changed = api.patch(one, {"most": "9.50", "version": 1}).json()
    assert (changed["most"], changed["version"], changed["tags"]) == ("9.50", 2, ["team"])
    assert api.get(one).json() == changed
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404


def test_a_position_moves_it(api, owner):
    first, last = rule(owner, name="First"), rule(owner, name="Last")

    assert api.patch(f"{BASE}{last.pk}/", {"position": 1}).json()["position"] == 1

    assert [row["id"] for row in api.get(BASE).json()["results"]] == [last.pk, first.pk]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "payee_contains"),
        ({"payee_contains": "x", "least": "-1"}, "least"),
        ({"payee_contains": "x", "least": "2", "most": "1"}, "most"),
        ({"payee_contains": "x", "category": 999_999}, "category"),
        ({"payee_contains": "x", "tags": ["a"] * 21}, "tags"),
        ({"payee_contains": "x", "position": 0}, "position"),
        ({"payee_contains": "x", "account": "cash"}, "account"),
    ],
)
def test_what_cannot_be_right_is_told_at_its_field(api, groceries, body, field):
    answer = api.post(BASE, {"name": "Shop", "category": groceries} | body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_name_is_given_once_and_a_stale_version_told(api, owner, groceries):
    one = rule(owner)

    taken = api.post(BASE, {"name": one.name, "category": groceries, "payee_contains": "x"})
    stale = api.patch(f"{BASE}{one.pk}/", {"name": "Mine", "version": 7})

    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


def test_a_clerk_reads_rules_and_changes_none(owner, groceries):
    one = rule(owner)
    clerk = api_of(MemberFactory(business=owner.business, role="clerk"), role="clerk")

    assert clerk.get(BASE).status_code == 200
    assert clerk.post(BASE, {"name": "x", "payee_contains": "x", "category": groceries}).status_code == 403
    assert clerk.patch(f"{BASE}{one.pk}/", {"name": "x"}).status_code == 403
    assert clerk.delete(f"{BASE}{one.pk}/").status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_at_any_length(api, owner, count, django_assert_max_num_queries):
    for n in range(count):
        rule(owner, name=f"Rule {n}")
    api.get(BASE)

    with django_assert_max_num_queries(2):
        assert len(api.get(BASE).json()["results"]) == count
