"""How much was sold of what there was, how long the rest lasts, and what it earned."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import Role
from expenses.periods import Period
from inventory.queries.flows import get_flows
from portal.reports.sell_through import NAMES, sell_through
from purchasing.models import Offer, Supplier
from sales.models import Sale
from tests.factories import NOW, MemberFactory, StockedProductFactory, sell
from tests.factories.shelves import listed, shelves, units_of
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = NOW.date()
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
PAGE = "/reports/sell-through/"


@pytest.fixture
def things(owner):
    shelves(MemberFactory(role=Role.OWNER))
    return shelves(owner)


def supplied(owner, name, product, *, preferred=False):
    supplier = Supplier.objects.create(business=owner.business, name=name, created_at=NOW)
    Offer.objects.create(
        business=owner.business, supplier=supplier, product=product, unit="each", price=1, is_preferred=preferred
    )
    return supplier


def built(owner, by="product", period=MARCH):
    return sell_through(owner, period, TODAY, by=by)


def told(report):
    keys = [column.key for column in report.columns]
    return {row.label: dict(zip(keys, [figure.value for figure in row.figures], strict=True)) for row in report.all_rows}


def test_is_what_was_sold_of_what_was_there_and_came(owner, things):
    report = built(owner)

    rows = told(report)
    assert list(rows) == ["Jam", "Tea", "Soap", "Together"]
    assert rows["Tea"] == {
        "opening": 15, "came": 10, "sold": 2, "rate": 8, "days_left": 40, "net": 12, "margin": 8, "margin_rate": D("66.7"),
    }  # fmt: skip
    assert rows["Jam"] == {
        "opening": 0, "came": 12, "sold": 2, "rate": D("16.7"), "days_left": 18, "net": 18, "margin": 12,
        "margin_rate": D("66.7"),
    }  # fmt: skip
    assert (rows["Soap"]["sold"], rows["Soap"]["rate"], rows["Soap"]["days_left"]) == (0, 0, None)
    assert report.finding == "8.5% of what was there or came in March 2026 was sold"
    assert report.drawing.title == "Jam sold best: 2 of 12"


def test_a_period_that_is_over_has_the_pace_of_all_its_days(owner, things):
    report = built(owner, period=Period(date(2026, 1, 1), date(2026, 1, 31)))

    assert told(report)["Tea"]["days_left"] == 93  # five went in 31 days, and fifteen are left


def test_by_category_and_by_supplier_it_comes_to_the_same(owner, things):
    supplied(owner, "Leaf", things.tea)
    supplied(owner, "Orchard", things.jam, preferred=True)
    Offer.objects.create(
        business=owner.business, supplier=Supplier.objects.get(name="Leaf"), product=things.jam, unit="each", price=1
    )

    products, categories, suppliers = (told(built(owner, by)) for by in NAMES)

    assert categories["Drinks"]["sold"] == 4
    assert {name: row["sold"] for name, row in suppliers.items()} == {
        "Orchard": 2, "Leaf": 2, "No supplier": 0, "Together": 4,
    }  # fmt: skip
    assert products["Together"] == categories["Together"] == suppliers["Together"]


def test_what_is_left_is_what_flowed(owner, things):
    goods = told(built(owner))
    flows = get_flows(business=owner.business, days=owner.business.days(MARCH.first, MARCH.last))

    assert goods["Together"]["sold"] == -sum(
        flow.net for (_, kind), flow in flows.items() if kind in {"sold", "returned", "voided"}
    )


@pytest.mark.parametrize("by", ["product", "category"])
def test_the_list_behind_each_figure_comes_to_the_figure(owner, things, by):
    browser = client_of(owner)

    for row in built(owner, by).all_rows:
        for figure in row.figures:
            if figure.url:
                assert abs(units_of(listed(browser, figure.url))) == figure.value, figure.url


def test_history_from_elsewhere_that_moved_nothing_earned_nothing_here(owner, things):
    sale = sell(owner, {things.tea: 1})
    before = told(built(owner))["Tea"]["net"]
    Sale.objects.filter(pk=sale.pk).update(source="csv")

    assert told(built(owner))["Tea"]["net"] == before - 6


def test_as_a_page_as_files_and_for_programs(owner, things):
    browser = client_of(owner)

    assert "Jam sold best" in browser.get(PAGE).content.decode()
    assert browser.get(PAGE, {"by": "supplier"}).status_code == 200
    for ending in ("csv", "xlsx", "pdf"):
        assert browser.get(PAGE, {"as": ending}).status_code == 200
    found = api_of(owner).get("/api/v1/reports/sell-through/?from=2026-03-01&to=2026-03-31&by=category").json()
    assert found["rows"][0]["figures"]["rate"] == "10.8"


def test_who_may_not_see_costs_sees_no_margin(owner, things):
    Business.objects.filter(pk=owner.business.pk).update(hide_costs=True)
    clerk = MemberFactory(business=owner.business, role=Role.CLERK)

    answer = client_of(clerk).get(PAGE)

    assert {column.unit for column in answer.context["report"].columns} == {"count", "percent"}
    assert "£" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize(("by", "queries"), [("product", 4), ("category", 5), ("supplier", 4)])
def test_costs_the_same_at_any_length(owner, by, queries, number, django_assert_num_queries):
    for product in StockedProductFactory.create_batch(number, business=owner.business):
        supplied(owner, product.name, product)
        sell(owner, {product: 1})

    with django_assert_num_queries(queries):
        assert built(owner, by).drawing


def test_an_empty_shop_has_an_empty_report(owner):
    report = built(owner)

    assert (report.rows, report.drawing, report.finding) == ([], None, "Nothing was there to be sold in March 2026")
