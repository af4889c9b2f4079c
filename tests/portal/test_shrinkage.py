"""What was lost and what was found, by reason and otherwise."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import Role
from expenses.periods import Period
from portal.reports.shrinkage import NAMES, shrinkage
from tests.factories import MemberFactory, StockedProductFactory
from tests.factories.shelves import count, listed, shelves, units_of, worth_of
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db
D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
PAGE = "/reports/shrinkage/"


@pytest.fixture
def things(owner):
    shelves(MemberFactory(role=Role.OWNER))
    return shelves(owner)


def told(report):
    keys = [column.key for column in report.columns]
    return {row.label: dict(zip(keys, [figure.value for figure in row.figures], strict=True)) for row in report.all_rows}


def test_says_what_was_lost_by_reason_and_apart_what_was_found(owner, things):
    report = shrinkage(owner, MARCH, by="reason")

    rows = told(report)
    assert list(rows) == ["Lost & gone", "Broken", "Counted, no reason given", "Found", "Together"]
    assert (rows["Broken"]["lost"], rows["Broken"]["lost_value"], rows["Broken"]["found"]) == (3, D("8.22"), 0)
    assert (rows["Lost & gone"]["lost"], rows["Lost & gone"]["lost_value"]) == (2, D("10.67"))
    assert (rows["Found"]["lost"], rows["Found"]["found"], rows["Found"]["found_value"]) == (0, 1, 3)
    assert (rows["Together"]["lost"], rows["Together"]["lost_value"]) == (7, D("23.32"))
    assert report.drawing.title == "Lost & gone: £10.67, 45.7% of it"
    assert [row.label for row in report.drawing.rows] == ["Lost & gone", "Broken", "Counted, no reason given"]


def test_is_a_share_of_what_was_sold(owner, things):
    """Sold: two tea at 6 and three jam at 9, one of which came back; they cost 4 and 6."""
    report = shrinkage(owner, MARCH, by="reason")

    whole = told(report)["Together"]
    assert (whole["of_cost"], whole["of_sales"]) == (D("233.2"), D("77.7"))
    assert report.finding == "£23.32 lost, 233.2% of what the goods sold cost, most of it: Lost & gone"


@pytest.mark.parametrize(("by", "labels"), [
    ("kind", ["Taken", "Adjusted", "Counted", "Together"]),
    ("product", ["Soap", "Tea", "Jam", "Together"]),
    ("category", ["Drinks", "No category", "Together"]),
    ("location", [None, "Together"]),
])  # fmt: skip
def test_by_anything_else_it_comes_to_the_same(owner, things, by, labels):
    rows = told(shrinkage(owner, MARCH, by=by))

    assert set(rows) >= {label for label in labels if label}
    assert len(rows) == len(labels)
    assert rows["Together"] == told(shrinkage(owner, MARCH, by="reason"))["Together"]


@pytest.mark.parametrize("by", NAMES)
def test_the_list_behind_each_figure_comes_to_the_figure(owner, things, by):
    browser, report = client_of(owner), shrinkage(owner, MARCH, by=by)

    for row in report.all_rows:
        for column, figure in zip(report.columns, row.figures, strict=True):
            if figure.url:
                reckon = worth_of if "value" in column.key else units_of
                assert owner.business.money(abs(reckon(listed(browser, figure.url)))) == figure.value, figure.url


def test_only_the_days_asked_for_count(owner, things):
    assert told(shrinkage(owner, Period(date(2026, 3, 4), date(2026, 3, 4)), by="reason")).keys() == {
        "Counted, no reason given", "Together"
    }  # fmt: skip
    assert shrinkage(owner, Period(date(2026, 2, 1), date(2026, 2, 28)), by="reason").finding == "Nothing lost in these days"


def test_what_only_was_found_is_no_loss(owner):
    product = StockedProductFactory(business=owner.business, on_hand=5)
    count(owner, {product: 7})

    report = shrinkage(owner, MARCH, by="reason")

    assert (report.finding, report.drawing) == ("Nothing lost in these days", None)
    assert report.total.figures[4].value == 2


def test_as_a_page_as_files_and_for_programs(owner, things):
    browser = client_of(owner)

    assert "Lost &amp; gone" in browser.get(PAGE).content.decode()
    for ending in ("csv", "xlsx", "pdf"):
        assert browser.get(PAGE, {"as": ending, "by": "product"}).status_code == 200
    found = api_of(owner).get("/api/v1/reports/shrinkage/?from=2026-03-01&to=2026-03-31&by=category").json()
    assert {row["label"]: row["figures"]["lost"] for row in found["rows"]} == {"Drinks": "5", "No category": "2"}


def test_who_may_not_see_costs_sees_units_only(owner, things):
    Business.objects.filter(pk=owner.business.pk).update(hide_costs=True)
    clerk = MemberFactory(business=owner.business, role=Role.CLERK)

    answer = client_of(clerk).get(PAGE)

    assert [column.key for column in answer.context["report"].columns] == ["lost", "found"]
    assert answer.context["report"].finding == "7 units lost, most of it: Broken"
    assert "£" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize(("by", "queries"), [("reason", 2), ("kind", 2), ("product", 3), ("category", 3), ("location", 3)])
def test_costs_the_same_at_any_length(owner, by, queries, number, django_assert_num_queries):
    count(owner, dict.fromkeys(StockedProductFactory.create_batch(number, business=owner.business), 1))

    with django_assert_num_queries(queries):
        assert shrinkage(owner, MARCH, by=by).rows
