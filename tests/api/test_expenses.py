import pytest

from expenses.models import ExpenseCategory
from tests.factories import MemberFactory
from tests.factories.expenses import TODAY, category, spend
from tests.people import api_of

BASE = "/api/v1"


@pytest.fixture
def groceries(owner):
    return category(owner).pk


@pytest.fixture
def food(api, groceries):
    body = {"name": "Food", "category": groceries, "amount": "100.00", "period": "monthly", "starts_on": "2026-01-01"}
    response = api.post(f"{BASE}/budgets/", body)
    assert response.status_code == 201, response.json()
    return response.json()


def test_an_expense_answers_with_the_budgets_it_touches(api, groceries, food):
    body = {"spent_on": "2026-03-02", "amount": "85.50", "category": groceries, "payee": "Fennel", "tags": ["team"]}
    response = api.post(f"{BASE}/expenses/", body)

    answer = response.json()
    assert response.status_code == 201
    assert (answer["amount"], answer["payee"], answer["tags"], answer["category"]) == ("85.50", "Fennel", ["team"], groceries)
    assert answer["splits"] == [{"category": groceries, "amount": "85.50", "note": ""}]
    assert answer["budgets"] == [
        {
            "id": food["id"],
            "name": "Food",
            "period": {"from": "2026-03-01", "to": "2026-03-31"},
            "limit": "100.00",
            "carried": "0.00",
            "spent": "85.50",
            "committed": "0.00",
            "left": "14.50",
            "state": "warning",
        }
    ]


def test_a_budget_answers_as_it_was_made(food, groceries):
    kept = {name: food[name] for name in ("category", "amount", "period", "carry_over", "thresholds", "mode")}
    assert kept == {
        "category": groceries,
        "amount": "100.00",
        "period": "monthly",
        "carry_over": "none",
        "thresholds": [80, 100],
        "mode": "tell",
    }


def test_a_possible_duplicate_is_named_and_recorded(api, groceries):
    body = {"spent_on": "2026-03-02", "amount": "3.20", "category": groceries, "payee": "Café"}
    first = api.post(f"{BASE}/expenses/", body).json()

    second = api.post(f"{BASE}/expenses/", body)

    assert second.status_code == 201
    assert second.json()["possible_duplicates"] == [first["id"]]


def test_a_budget_that_stops_answers_409(api, owner, groceries, food):
    api.patch(f"{BASE}/budgets/{food['id']}/", {"mode": "stop"})
    clerk = api_of(owner, "clerk")

    response = clerk.post(f"{BASE}/expenses/", {"spent_on": "2026-03-02", "amount": "120", "category": groceries})

    assert (response.status_code, response.json()["code"]) == (409, "over_budget")


def test_a_position_of_any_day_and_none_before_the_first(api, food):
    february = api.get(f"{BASE}/budgets/{food['id']}/position/?on=2026-02-15").json()
    before = api.get(f"{BASE}/budgets/{food['id']}/position/?on=2025-12-31")

    assert (february["period"], february["left"]) == ({"from": "2026-02-01", "to": "2026-02-28"}, "100.00")
    assert before.status_code == 404
    assert api.get(f"{BASE}/budgets/{food['id']}/position/?on=soon").status_code == 400


def test_splits_are_changed_as_a_whole(api, owner, groceries):
    home = category(owner, "Home").pk
    splits = [{"category": groceries, "amount": "10"}, {"category": home, "amount": "20"}]
    body = {"spent_on": "2026-03-02", "amount": "30", "category": groceries, "splits": splits}
    expense = api.post(f"{BASE}/expenses/", body).json()

    wrong = api.patch(f"{BASE}/expenses/{expense['id']}/", {"amount": "40"})
    right = api.patch(f"{BASE}/expenses/{expense['id']}/", {"amount": "40", "splits": []})

    assert (wrong.status_code, wrong.json()["code"]) == (400, "splits_do_not_add_up")
    assert [split["amount"] for split in right.json()["splits"]] == ["40.00"]


def test_a_stale_version_is_refused(api, groceries):
    expense = api.post(f"{BASE}/expenses/", {"spent_on": "2026-03-02", "amount": "30", "category": groceries}).json()
    api.patch(f"{BASE}/expenses/{expense['id']}/", {"note": "first", "version": 1})

    response = api.patch(f"{BASE}/expenses/{expense['id']}/", {"note": "second", "version": 1})

    assert (response.status_code, response.json()["code"]) == (409, "stale_version")


def test_the_list_is_filtered_by_category_tree_tag_and_days(api, owner):
    bread = category(owner, "Bread", category(owner))
    spend(owner, "5", what=bread, tags=["team"])
    spend(owner, "6", what=category(owner, "Home"))

    def amounts(query):
        return [row["amount"] for row in api.get(f"{BASE}/expenses/?{query}").json()["results"]]

    assert amounts(f"category={category(owner).pk}") == ["5.00"]
    assert amounts("tag=team") == ["5.00"]
    assert amounts(f"since={TODAY}&until={TODAY}") == ["6.00", "5.00"]
    assert amounts("until=2020-01-01") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("spent_on", "yesterday"),
        ("spent_on", "2026-02-30"),
        ("amount", "0.005"),
        ("amount", "-1"),
        ("category", 999999),
        ("tags", "team"),
    ],
)
def test_bad_input_is_named_at_its_field(field, value, api, groceries):
    body = {"spent_on": "2026-03-02", "amount": "3.20", "category": groceries, field: value}
    response = api.post(f"{BASE}/expenses/", body)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("field", ["category", "tag", "account"])
def test_a_budget_of_something_unknown_is_refused_at_its_field(field, api):
    body = {"name": "Food", "amount": "100.00", "period": "monthly", "starts_on": "2026-01-01", field: 999999}
    response = api.post(f"{BASE}/budgets/", body)

    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, field)


def test_a_category_lies_in_another_but_not_in_itself(api, groceries):
    bread = api.post(f"{BASE}/expense-categories/", {"name": "Bread", "parent": groceries}).json()

    loop = api.patch(f"{BASE}/expense-categories/{groceries}/", {"parent": bread["id"]})
    double = api.post(f"{BASE}/expense-categories/", {"name": "Bread", "parent": groceries})

    assert bread["parent"] == groceries
    assert (loop.status_code, loop.json()["errors"][0]["field"]) == (400, "parent")
    assert (double.status_code, double.json()["code"]) == (409, "name_taken")


def test_another_book_s_rows_are_not_there(api, food, groceries):
    stranger = api_of(MemberFactory(role="owner"))

    assert stranger.get(f"{BASE}/budgets/{food['id']}/position/").status_code == 404
    assert stranger.get(f"{BASE}/budgets/{food['id']}/").status_code == 404
    body = {"spent_on": "2026-03-02", "amount": "3.20", "category": groceries}
    assert stranger.post(f"{BASE}/expenses/", body).status_code == 400


def test_a_personal_book_has_expenses_and_budgets(db):
    person = MemberFactory(role="owner", business__kind="personal")
    api = api_of(person)
    home = ExpenseCategory.objects.create(business=person.business, name="Pets")

    assert api.post(f"{BASE}/expenses/", {"spent_on": "2026-03-02", "amount": "3.20", "category": home.pk}).status_code == 201
    assert api.get(f"{BASE}/budgets/").json()["results"] == []


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_at_any_length(count, api, owner, django_assert_max_num_queries):
    for _ in range(count):
        spend(owner, "5", payee="Fennel", tags=["team"])

    api.get(f"{BASE}/expenses/")  # which notes the use of the key

    with django_assert_max_num_queries(4):
        assert len(api.get(f"{BASE}/expenses/").json()["results"]) == count
