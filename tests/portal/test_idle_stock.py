"""What lies still: dead, slow, new, and what sells."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import Role
from expenses.periods import Period
from portal.reports.idle import idle_stock
from sales.services.undo import void_sale
from tests.factories import NOW, MemberFactory, ProductFactory, StockedProductFactory, sell
from tests.factories.shelves import listed, receive, units_of
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = NOW.date()
DAY = timedelta(days=1)
PAGE = "/reports/idle-stock/"


def stocked(owner, name, quantity, cost, *, days):
    product = ProductFactory(business=owner.business, name=name, price=D(20))
    receive(owner, product, quantity, cost, days=days)
    return product


@pytest.fixture
def things(owner):
    """Dead: unsold for 100 days, and never sold. Slow: one sold lately of a hundred. New, brisk, and gone: not told."""
    old = stocked(owner, "Old lamp", 4, 30, days=300)
    stocked(owner, "Never sold", 2, 7, days=300)
    slow = stocked(owner, "Slow soap", 100, 1, days=299)
    brisk = stocked(owner, "Bread", 50, 1, days=298)
    gone = stocked(owner, "Gone", 1, 9, days=297)
    sell(owner, {gone: 1}, at=NOW - 200 * DAY)
    sell(owner, {old: 1}, at=NOW - 100 * DAY)
    sell(owner, {slow: 3}, at=NOW - 40 * DAY)
    sell(owner, {brisk: 20}, at=NOW - 20 * DAY)
    stocked(owner, "New", 5, 11, days=10)
    return old, slow, brisk


def built(owner, day=TODAY, *, unsold=90, cover=180):
    return idle_stock(owner, Period(day, day), TODAY, unsold=unsold, cover=cover)


def shown(report):
    keys = [column.key for column in report.columns]
    return {row.label: dict(zip(keys, [figure.shown for figure in row.figures], strict=True)) for row in report.all_rows}


def test_dead_and_slow_with_the_money_in_them(owner, things):
    report = built(owner)

    assert [(row.label, row.depth) for row in report.rows] == [
        ("Dead: unsold for 90 days", 0),
        ("Old lamp", 1),
        ("Never sold", 1),
        ("Slow: more than 180 days of cover", 0),
        ("Slow soap", 1),
    ]
    rows = shown(report)
    assert rows["Old lamp"] == {
        "on_hand": 3, "value": 90, "last_sold": TODAY - 100 * DAY, "days_unsold": 100,
        "sold_30": 0, "sold_90": 0, "sold_365": 1, "cover": None,
    }  # fmt: skip
    assert (rows["Slow soap"]["sold_90"], rows["Slow soap"]["cover"]) == (3, 2910)
    assert (rows["Never sold"]["last_sold"], rows["Never sold"]["days_unsold"]) == (None, None)
    assert [rows[label]["value"] for label in ("Dead: unsold for 90 days", "Together")] == [104, 201]
    assert report.finding == "£104.00 lies still: 2 products unsold for 90 days"
    assert report.remark.startswith("Left out is 1 product ")


@pytest.mark.parametrize(("unsold", "cover", "labels"), [
    (100, 180, ["Old lamp", "Never sold", "Slow soap"]),
    (101, 180, ["Never sold", "Slow soap", "Old lamp"]),  # not dead yet, and without a pace
    (90, 2910, ["Old lamp", "Never sold"]),
    (90, 2909, ["Old lamp", "Never sold", "Slow soap"]),
    (30, 180, ["Slow soap", "Old lamp", "Never sold"]),
    (9, 180, ["Slow soap", "Old lamp", "New", "Bread", "Never sold"]),
])  # fmt: skip
def test_the_thresholds_are_those_that_are_asked_for(owner, things, unsold, cover, labels):
    report = built(owner, unsold=unsold, cover=cover)

    assert [row.label for row in report.rows if row.depth] == labels


def test_as_of_a_day_before(owner, things):
    day = TODAY - 150 * DAY

    rows = shown(built(owner, day))

    assert (rows["Old lamp"]["on_hand"], rows["Old lamp"]["last_sold"]) == (4, None)
    assert "Gone" not in rows


def test_a_day_to_come_is_today(owner, things):
    assert built(owner, TODAY + 30 * DAY).period == Period(TODAY, TODAY)


def test_a_voided_sale_is_no_sale(owner, things):
    old, *_ = things
    sale = sell(owner, {old: 1})
    assert shown(built(owner, unsold=30))["Slow soap"]
    assert "Old lamp" not in [row.label for row in built(owner, cover=3650).rows]

    void_sale(sale=sale, by=owner, reason="Mistyped", at=NOW)

    assert shown(built(owner))["Old lamp"]["last_sold"] == TODAY - 100 * DAY


def test_the_chart_shows_all_that_is_on_hand_by_when_it_last_sold(owner, things):
    drawing = built(owner).drawing

    assert {row.label: [figure.value for figure in row.figures] for row in drawing.rows} == {
        "Sold in the last 30 days": [2, 85],
        "31 to 90 days ago": [1, 97],
        "91 to 180 days ago": [1, 90],
        "181 to 365 days ago": [1, 14],
        "Longer ago": [0, 0],
    }
    assert drawing.title == "£104.00 of £286.00 on hand has sold none for more than 90 days"


def test_the_list_behind_each_figure_comes_to_the_figure(owner, things):
    browser, report = client_of(owner), built(owner)

    for row in report.rows:
        for column, figure in zip(report.columns, row.figures, strict=True):
            if figure.url and column.key != "last_sold":
                assert abs(units_of(listed(browser, figure.url))) == figure.value, figure.url
            elif figure.on:
                assert listed(browser, figure.url)[0].occurred_on == figure.on


def test_all_sells_and_nothing_is_there(owner):
    assert built(owner).finding == "Nothing lies still"
    assert built(owner).drawing is None
    stocked(owner, "New", 5, 11, days=10)
    assert built(owner).nothing == "All that is on hand sells."


@pytest.mark.parametrize(
    "query", ["unsold=0", "unsold=-1", f"unsold={10**30}", "cover=%00", "cover=x", "cover=%D9%A1", "cover=1.5"]
)
def test_a_number_that_makes_no_sense_is_said_at_its_field(owner, things, query):
    answer = client_of(owner).get(f"{PAGE}?{query}")

    assert "Enter a whole number from 1 to 3,650." in answer.content.decode() or query == "cover=%D9%A1"
    assert answer.context["report"].rows


def test_as_a_page_as_files_and_for_programs(owner, things):
    browser = client_of(owner)

    assert "Old lamp" in browser.get(PAGE).content.decode()
    assert "24 Nov 2025" in browser.get(PAGE).content.decode()
    for ending in ("csv", "xlsx", "pdf"):
        assert browser.get(PAGE, {"as": ending, "unsold": 30}).status_code == 200
    found = api_of(owner).get("/api/v1/reports/idle-stock/?unsold=30&cover=3000").json()
    assert [row["label"] for row in found["rows"] if row["depth"]] == ["Slow soap", "Old lamp", "Never sold"]
    assert found["rows"][2]["figures"]["last_sold"] == "2025-11-24"
    assert api_of(owner).get("/api/v1/reports/idle-stock/?unsold=0").json()["errors"][0]["field"] == "unsold"


def test_who_may_not_see_costs_sees_units_only(owner, things):
    Business.objects.filter(pk=owner.business.pk).update(hide_costs=True)
    clerk = MemberFactory(business=owner.business, role=Role.CLERK)

    answer = client_of(clerk).get(PAGE)

    assert answer.context["report"].finding == "2 products unsold for 90 days"
    assert "£" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 20])
def test_costs_four_queries_at_any_length(owner, number, django_assert_num_queries):
    for product in StockedProductFactory.create_batch(number, business=owner.business):
        sell(owner, {product: 1})

    with django_assert_num_queries(4):
        assert built(owner, unsold=1, cover=1).drawing
