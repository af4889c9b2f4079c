"""Limits revised, money moved between budgets, and where they stood, by the API."""

import pytest

from expenses.models import BudgetMove, BudgetRevision
from expenses.services.budgets import set_resting
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import budget, category, spend
from tests.people import api_of

BASE = "/api/v1"


@pytest.fixture
def food(owner):
    return budget(owner, 100, category=category(owner))


@pytest.fixture
def home(owner):
    return budget(owner, 50, name="Home", category=category(owner, "Home"))


def moves(api, **values):
    return api.post(f"{BASE}/budget-moves/", values)


def left(api):
    found = api.get(f"{BASE}/budgets/positions/").json()["positions"]
    return {each["name"]: (each["limit"], each["left"]) for each in found}


def test_a_revision_holds_from_its_period_on_and_the_first_limit_stays(api, food):
    answer = api.post(f"{BASE}/budgets/{food.pk}/revisions/", {"amount": "80", "on": "2026-03-20", "reason": "Less"})

    made = answer.json()
    assert (answer.status_code, made["amount"], made["from_on"], made["reason"]) == (201, "80.00", "2026-03-01", "Less")
    assert api.get(f"{BASE}/budgets/{food.pk}/revisions/").json()["results"] == [made]
    assert api.get(f"{BASE}/budgets/{food.pk}/").json()["amount"] == "100.00"
    history = api.get(f"{BASE}/budgets/{food.pk}/history/").json()["positions"]
    assert [(each["period"]["from"], each["limit"]) for each in history] == [
        ("2026-03-01", "80.00"),
        ("2026-02-01", "100.00"),
        ("2026-01-01", "100.00"),
    ]


def test_a_revision_without_a_day_holds_from_today_s_period_on(api, food):
    made = api.post(f"{BASE}/budgets/{food.pk}/revisions/", {"amount": "80"}).json()

    assert made["from_on"] == "2026-03-01"


def test_money_is_moved_and_both_limits_say_so(api, food, home):
    answer = moves(api, source=food.pk, target=home.pk, amount="30.50", reason="Roof")

    made = answer.json()
    assert answer.status_code == 201, made
    assert {**made, "id": 0, "moved_at": ""} == {
        "id": 0,
        "source": food.pk,
        "target": home.pk,
        "amount": "30.50",
        "moved_on": "2026-03-04",
        "reason": "Roof",
        "moved_at": "",
    }
    assert left(api) == {"Food": ("69.50", "69.50"), "Home": ("80.50", "80.50")}


def test_the_same_move_under_one_key_moves_once(api, food, home):
    body = {"source": food.pk, "target": home.pk, "amount": "30"}
    first, second = (api.post(f"{BASE}/budget-moves/", body, headers={"Idempotency-Key": "m1"}) for _ in range(2))

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replay"] == "true"
    assert BudgetMove.objects.count() == 1
    other = api.post(f"{BASE}/budget-moves/", body | {"amount": "31"}, headers={"Idempotency-Key": "m1"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


def test_the_same_revision_under_one_key_is_made_once(api, food):
    for _ in range(2):
        api.post(f"{BASE}/budgets/{food.pk}/revisions/", {"amount": "80"}, headers={"Idempotency-Key": "r1"})

    assert BudgetRevision.objects.count() == 1


def test_more_than_is_left_is_moved_only_when_confirmed(api, owner, food, home):
    spend(owner, 90)
    body = {"source": food.pk, "target": home.pk, "amount": "30"}

    refused = moves(api, **body)
    assert (refused.status_code, refused.json()["code"]) == (409, "more_than_is_left")
    assert moves(api, **body, confirmed=True).status_code == 201

    assert left(api)["Food"] == ("70.00", "-20.00")


def test_moves_are_listed_by_budget_the_newest_first(api, owner, food, home):
    team = budget(owner, 10, name="Team")
    first = moves(api, source=food.pk, target=home.pk, amount="1", on="2026-02-01").json()
    second = moves(api, source=home.pk, target=team.pk, amount="2", on="2026-03-01").json()

    def listed(query=""):
        return api.get(f"{BASE}/budget-moves/{query}").json()["results"]

    assert listed() == listed(f"?budget={home.pk}") == [second, first]
    assert listed(f"?budget={food.pk}") == [first]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "1" + "0" * 30}, "amount"),
        ({"amount": "\u0661"}, "amount"),
        ({"target": 999999}, "target"),
        ({"source": "x"}, "source"),
        ({"on": "2025-12-31"}, "on"),
        ({"on": "soon"}, "on"),
        ({"reason": "\0"}, "reason"),
    ],
)
def test_a_move_that_cannot_be_is_refused_at_its_field(wrong, field, api, food, home):
    answer = moves(api, **{"source": food.pk, "target": home.pk, "amount": "1"} | wrong)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert not BudgetMove.objects.exists()


def test_nothing_is_moved_to_itself_or_to_and_from_what_is_put_away(api, owner, food, home):
    same = moves(api, source=food.pk, target=food.pk, amount="1")
    set_resting(budget=home, is_resting=True, by=owner, at=NOW)
    into, out_of = moves(api, source=food.pk, target=home.pk, amount="1"), moves(api, source=home.pk, target=food.pk, amount="1")

    assert [(each.status_code, each.json()["errors"][0]["field"]) for each in (same, into, out_of)] == [
        (400, "target"),
        (400, "target"),
        (400, "source"),
    ]


def test_another_book_s_budget_is_no_end_of_a_move(api, food):
    theirs = budget(MemberFactory(role="owner"), 100)

    answer = moves(api, source=food.pk, target=theirs.pk, amount="1")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "target")


@pytest.mark.parametrize("role", ["viewer", "clerk"])
def test_only_who_may_change_budgets_revises_and_moves(role, owner, food, home):
    other = api_of(MemberFactory(business=owner.business, role=role))

    assert moves(other, source=food.pk, target=home.pk, amount="1").status_code == 403
    assert other.post(f"{BASE}/budgets/{food.pk}/revisions/", {"amount": "1"}).status_code == 403
    assert other.get(f"{BASE}/budget-moves/").status_code == 200
    assert other.get(f"{BASE}/budgets/{food.pk}/history/").status_code == 200


def test_a_history_has_as_many_periods_as_are_asked_for(api, owner, food):
    spend(owner, 30, food.starts_on)

    def history(query):
        return api.get(f"{BASE}/budgets/{food.pk}/history/?{query}")

    assert [each["spent"] for each in history("periods=2").json()["positions"]] == ["0.00", "0.00"]
    assert [each["spent"] for each in history("on=2026-01-31").json()["positions"]] == ["30.00"]
    assert history("on=2025-01-01").json() == {"positions": []}
    assert history("periods=61").status_code == 400
    assert api.get(f"{BASE}/budgets/positions/?on=2025-01-01").json() == {"positions": []}


@pytest.mark.parametrize("count", [1, 20])
def test_positions_and_moves_cost_the_same_for_any_number(count, api, owner, food, home, django_assert_max_num_queries):
    for number in range(count):
        budget(owner, 5, name=f"Budget {number}", category=category(owner, f"Category {number}"))
        moves(api, source=food.pk, target=home.pk, amount="0.10")

    with django_assert_max_num_queries(9):
        assert len(api.get(f"{BASE}/budgets/positions/").json()["positions"]) == count + 2
    with django_assert_max_num_queries(3):
        assert len(api.get(f"{BASE}/budget-moves/").json()["results"]) == count
