"""What there was, what came and went by kind, what there is; and that it is what valuations and lists say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import Role
from expenses.periods import DAY, Period
from inventory.models import StockMovement
from inventory.queries.valuation import get_valuation
from inventory.services.send_transfer import send_transfer
from portal.reports.movements import movements
from portal.reports.stock_value import stock_value
from tests.factories import NOW, MemberFactory, StockedProductFactory, sell
from tests.factories.shelves import count, line, listed, receive, shelves, units_of, worth_of
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db
D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
PERIODS = [MARCH, Period(date(2026, 3, 3), date(2026, 3, 3)), Period(date(2025, 1, 1), date(2026, 2, 28))]
PAGE = "/reports/movements/"


@pytest.fixture
def things(owner):
    shelves(MemberFactory(role=Role.OWNER))
    return shelves(owner)


def figures(report, row):
    return {column.key: figure.value for column, figure in zip(report.columns, row.figures, strict=True)}


def told(report):
    return {row.label: {key: value for key, value in figures(report, row).items() if value} for row in report.all_rows}


def test_says_what_came_and_went_by_kind(owner, things):
    report = movements(owner, MARCH, by="product", measure="units")

    assert told(report) == {
        "Jam": {
            "received_in": 12, "sold_out": -3, "returned_in": 1, "adjusted_in": 1, "taken_out": -2, "closing": 9, "value": 27,
        },
        "Soap": {
            "opening": 10, "sold_out": -1, "voided_in": 1, "adjusted_out": -2, "closing": 8, "value": D("42.66"),
        },
        "Tea": {
            "opening": 15, "received_in": 10, "sold_out": -2, "taken_out": -1, "counted_out": -2, "closing": 20,
            "value": D("44.35"),
        },
        "Together": {
            "opening": 25, "received_in": 22, "sold_out": -6, "returned_in": 1, "voided_in": 1, "adjusted_in": 1,
            "adjusted_out": -2, "taken_out": -3, "counted_out": -2, "closing": 37, "value": D("114.01"),
        },
    }  # fmt: skip
    assert report.finding == "25 units came and 13 units went: 12 units more than before"


@pytest.mark.parametrize("measure", ["units", "value"])
@pytest.mark.parametrize("by", ["product", "category", "location"])
@pytest.mark.parametrize("period", PERIODS)
def test_opening_and_closing_are_the_valuations_of_those_days(owner, things, period, by, measure):
    report = movements(owner, period, by=by, measure=measure)

    before, after = (get_valuation(business=owner.business, as_of=day) for day in (period.first - DAY, period.last))
    whole = figures(report, report.total)
    ends = [(found.total, sum(worth.quantity for worth in found.products))[measure == "units"] for found in (before, after)]
    assert [whole["opening"], whole["closing"]] == ends


@pytest.mark.parametrize("by", ["product", "category", "location"])
@pytest.mark.parametrize("period", PERIODS)
def test_what_came_less_what_went_lies_between_them(owner, things, period, by):
    units = movements(owner, period, by=by, measure="units")
    values = movements(owner, period, by=by, measure="value")

    for row in units.all_rows:
        amounts = figures(units, row)
        amounts.pop("value")
        assert amounts.pop("closing") == sum(amounts.values())
    for row in values.all_rows:
        amounts = figures(values, row)
        assert abs(amounts.pop("closing") - sum(amounts.values())) <= D("0.05")  # each is rounded by itself


@pytest.mark.parametrize("measure", ["units", "value"])
@pytest.mark.parametrize("by", ["product", "category", "location"])
@pytest.mark.parametrize("period", PERIODS)
def test_the_list_behind_each_figure_comes_to_the_figure(owner, things, period, by, measure):
    browser, reckon = client_of(owner), units_of if measure == "units" else worth_of
    report = movements(owner, period, by=by, measure=measure)

    shown = [figure for row in [*report.all_rows, *report.drawing.rows] for figure in row.figures if figure.url]

    assert len(shown) > 3
    for figure in shown:
        moves = listed(browser, figure.url)
        if by == "location" or not any(move.kind == "moved" for move in moves):
            assert owner.business.money(reckon(moves)) == figure.value, figure.url


def test_products_of_a_place_are_those_that_the_ledger_says(owner, things):
    report = movements(owner, Period(date(2026, 3, 2), date(2026, 3, 3)), by="location", measure="units")

    rows = {row.key: figures(report, row) for row in report.rows}
    assert set(rows) == {things.shop.pk, things.store.pk}
    for place, amounts in rows.items():
        for key, until in (("opening", date(2026, 3, 1)), ("closing", date(2026, 3, 3))):
            moved = StockMovement.objects.filter(location=place, occurred_on__lte=until)
            assert amounts[key] == sum(move.quantity for move in moved)
    assert rows[things.store.pk]["moved_in"] == 4


def test_what_is_moved_between_places_is_worth_nothing_to_the_whole(owner, things):
    report = movements(owner, Period(date(2026, 3, 3), date(2026, 3, 3)), by="location", measure="value")

    between = {row.label: figures(report, row)["revalued"] for row in report.all_rows}
    assert (between["Store"], between["Together"]) == (12, 0)


def test_what_is_under_way_between_two_places_lies_in_transit(owner, things):
    send_transfer(by=owner, lines=line(things.tea, 3), to_id=things.store.pk, at=NOW)
    today = Period(NOW.date(), NOW.date())

    report = movements(owner, today, by="location", measure="units")

    rows = told(report)
    assert rows["In transit"] == {"moved_in": 3, "closing": 3, "value": D("6.65")}
    assert rows["Together"]["closing"] == 37
    transit = next(row for row in report.rows if row.label == "In transit")
    browser = client_of(owner)
    assert [units_of(listed(browser, figure.url)) for figure in transit.figures if figure.url] == [3]
    assert told(stock_value(owner, today, today.last, by="location"))["In transit"]["value"] == D("6.65")


def test_what_was_below_zero_and_is_covered_by_a_dearer_receipt_is_revalued(owner, things):
    Business.objects.filter(pk=owner.business.pk).update(allow_negative_stock=True)
    owner.business.refresh_from_db()
    count(owner, {things.soap: 0})

    sell(owner, {things.soap: 3})
    receive(owner, things.soap, 5, 9)

    report = movements(owner, MARCH, by="product", measure="value")

    soap = next(figures(report, row) for row in report.rows if row.label == "Soap")
    assert soap["revalued"] == D("-11.00")
    assert soap["closing"] == 18


def test_a_day_begins_at_the_business_s_own_midnight(owner):
    Business.objects.filter(pk=owner.business.pk).update(timezone="America/New_York")
    owner.business.refresh_from_db()
    product = StockedProductFactory(business=owner.business, on_hand=0)
    receive(owner, product, 7, 1, days=0)
    StockedProductFactory(business=owner.business, on_hand=0)

    day = owner.business.local_day(NOW)
    yesterday = movements(owner, Period(day - DAY, day - DAY), by="product", measure="units")
    today = movements(owner, Period(day, day), by="product", measure="units")

    assert (yesterday.rows, today.total.figures[0].value, today.total.figures[1].value) == ([], 0, 7)


def test_by_day_by_week_and_by_month(owner, things):
    days, weeks, months = (
        movements(owner, Period(NOW.date() - timedelta(days=n), NOW.date()), by="product", measure="units").drawing.rows
        for n in (30, 100, 300)
    )

    assert [row.label for row in days] == ["2 March 2026", "3 March 2026", "4 March 2026"][-len(days) :] or len(days) <= 31
    assert all(row.label for row in [*weeks, *months])
    for rows in (days, weeks, months):
        came, went = (sum(row.figures[side].value for row in rows) for side in (0, 1))
        assert came >= 25
        assert went <= -13


def test_the_page_draws_it_and_keeps_what_was_asked(owner, things):
    answer = client_of(owner).get(PAGE, {"by": "category", "measure": "value", "period": "month"})
    page = answer.content.decode()

    assert "Show as a table" in page
    assert 'aria-label="What came and went.' in page
    assert "?period=year&amp;by=category&amp;measure=value" in page
    assert [row.label for row in answer.context["report"].rows] == ["Drinks", "No category"]


@pytest.mark.parametrize("query", ["by=colour", "measure=%00", "by=&measure=", "by=product&since=x", "since=2026-03-01"])
def test_what_makes_no_sense_is_said_at_its_field(owner, things, query):
    answer = client_of(owner).get(f"{PAGE}?{query}")

    assert answer.status_code == 200
    assert answer.context["report"].period == MARCH


def test_is_there_for_programs(owner, things):
    found = api_of(owner).get("/api/v1/reports/movements/?from=2026-03-01&to=2026-03-31&by=location").json()

    assert [row["label"] for row in found["rows"]] == [things.shop.name, "Store"]
    assert found["rows"][1]["figures"]["closing"] == "4"
    assert api_of(owner).get("/api/v1/reports/movements/?by=colour").json()["errors"][0]["field"] == "by"


def test_who_may_not_see_costs_sees_units_only(owner, things):
    Business.objects.filter(pk=owner.business.pk).update(hide_costs=True)
    clerk = MemberFactory(business=owner.business, role=Role.CLERK)

    answer = client_of(clerk).get(PAGE, {"measure": "value"})

    report = answer.context["report"]
    assert {column.unit for column in report.columns} == {"count"}
    assert "£" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize(("by", "queries"), [("product", 4), ("category", 5), ("location", 9)])
def test_costs_the_same_at_any_length(owner, by, queries, number, django_assert_num_queries):
    StockedProductFactory.create_batch(number, business=owner.business)

    with django_assert_num_queries(queries):
        assert movements(owner, MARCH, by=by, measure="value").rows


def test_an_empty_shop_has_an_empty_report(owner):
    report = movements(owner, MARCH, by="product", measure="units")

    assert (report.rows, report.total, report.drawing) == ([], None, None)
    assert report.finding == "Nothing came and nothing went in these days"
