"""Reports for programs: the figures of the pages."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.models import Kind
from accounts.permissions import Role
from tests.factories import BusinessFactory, MemberFactory, StockedProductFactory, sell
from tests.factories.expenses import budget, category, spend
from tests.factories.reports import book
from tests.people import api_of

pytestmark = pytest.mark.django_db
MARCH = "from=2026-03-01&to=2026-03-31"
PATHS = ["expenses", "budgets", "net-worth", "profit-and-loss"]


def test_spending_by_category_is_a_tree_with_its_sums(api, owner):
    things = book(owner)

    found = api.get(f"/api/v1/reports/expenses/?{MARCH}").json()

    assert (found["from"], found["to"], found["currency"]) == ("2026-03-01", "2026-03-31", "GBP")
    assert [column["key"] for column in found["columns"]] == ["spent", "share", "before", "change"]
    assert found["rows"][0] == {
        "label": "Groceries",
        "key": str(things.food.pk),
        "depth": 0,
        "is_sum": False,
        "figures": {"spent": "115.00", "share": "100.9", "before": "0.00", "change": None},
    }
    assert found["total"]["figures"] == {"spent": "114.00", "share": "100", "before": "89.00", "change": "28.1"}


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("payee", ["Fennel", "O'Brien & Söhne +50%=#", None]),
        ("tag", ["team", "trip", None]),
        ("month", ["2026-03"]),
        ("day", ["2026-03-04"]),
    ],
)
def test_spending_by_what_is_asked_for(by, keys, api, owner):
    book(owner)

    found = api.get(f"/api/v1/reports/expenses/?{MARCH}&by={by}").json()

    assert [row["key"] for row in found["rows"]] == keys
    assert found["total"]["figures"]["spent"] == "114.00"


def test_budgets_against_actual(api, owner):
    budget(owner, 100)
    spend(owner, 30)

    (row,) = api.get("/api/v1/reports/budgets/").json()["rows"]

    assert row["figures"] == {
        "limit": "100.00",
        "carried": "0.00",
        "spent": "30.00",
        "committed": "0.00",
        "left": "70.00",
        "used": "30",
    }


def test_net_worth_has_a_figure_for_each_account(api, owner):
    things = book(owner)

    last = api.get(f"/api/v1/reports/net-worth/?{MARCH}").json()["rows"][-1]

    assert last["key"] == "2026-03-04"
    assert last["figures"] == {
        "total": "1462.00",
        "change": "412.00",
        f"account_{things.bank.pk}": "1320.00",
        f"account_{things.cash.pk}": "142.00",
    }


def test_profit_and_loss(api, owner):
    sell(owner, {StockedProductFactory(business=owner.business, price=Decimal(12), tax_rate=Decimal(20)): 1})
    spend(owner, 3, what=category(owner, "Rent"))

    found = api.get("/api/v1/reports/profit-and-loss/").json()

    amounts = {row["key"]: row["figures"]["amount"] for row in [*found["rows"], found["total"]]}
    assert (amounts["net_sales"], amounts["cost_of_goods"], amounts["expenses"], amounts["profit"]) == (
        "10.00",
        "2.00",
        "3.00",
        "5.00",
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-03-31&to=2026-03-01", "to"),
        ("from=2026-03-31", "to"),
        ("to=2026-03-31", "from"),
        ("from=2000-01-01&to=2026-03-01", "to"),
        ("from=1970-01-01&to=1970-01-02", "from"),
        ("from=9000-01-01&to=9000-01-02", "from"),
        ("from=soon&to=2026-03-01", "from"),
        ("from=0001-01-01&to=2026-03-01", "from"),
        ("format=exe", "format"),
        ("to=%00", "to"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(path, query, field, api):
    answer = api.get(f"/api/v1/reports/{path}/?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_spending_by_what_nobody_knows_is_refused(api):
    assert api.get("/api/v1/reports/expenses/?by=colour").json()["errors"][0]["field"] == "by"


@pytest.mark.parametrize("path", PATHS)
def test_a_report_comes_as_a_file_too(path, api, owner):
    book(owner)
    budget(owner, 100)

    for form, kind in (("csv", "text/csv"), ("xlsx", "application/vnd.openxml"), ("pdf", "application/pdf")):
        answer = api.get(f"/api/v1/reports/{path}/?{MARCH}&format={form}")
        assert answer["Content-Type"].startswith(kind)
        assert len(answer.content) > 20


def test_a_workbook_says_what_the_json_says(api, owner):
    book(owner)

    sheet = load_workbook(BytesIO(api.get(f"/api/v1/reports/expenses/?{MARCH}&by=payee&format=xlsx").content)).active

    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [80, 30, 4, 114]


def test_a_file_is_for_who_may_export(owner):
    clerk = api_of(owner, Role.CLERK)

    assert clerk.get("/api/v1/reports/expenses/").status_code == 200
    assert clerk.get("/api/v1/reports/expenses/?format=csv").status_code == 403


def test_a_personal_book_has_no_profit():
    api = api_of(MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role="owner"))

    assert api.get("/api/v1/reports/profit-and-loss/").status_code in {403, 404}
    assert api.get("/api/v1/reports/net-worth/").status_code == 200


def test_costs_are_hidden_from_who_sees_none(owner):
    owner.business.hide_costs = True
    owner.business.save()

    found = api_of(owner, Role.CLERK).get("/api/v1/reports/profit-and-loss/").json()

    assert found["total"] is None
    assert "cost_of_goods" not in {row["key"] for row in found["rows"]}


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("path", PATHS)
def test_each_costs_the_same_at_any_length(path, count, api, owner, django_assert_max_num_queries):
    for n in range(count):
        budget(owner, 5, name=f"Budget {n}", category=category(owner, f"Category {n}"))
        spend(owner, 5, what=category(owner, f"Category {n}"), payee=f"Payee {n}")
    api.get(f"/api/v1/reports/{path}/")

    with django_assert_max_num_queries(14):
        api.get(f"/api/v1/reports/{path}/")
