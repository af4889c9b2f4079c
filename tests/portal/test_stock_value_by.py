"""What stock is worth by category and by place, and what it was worth over the year."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import Role
from expenses.periods import Period
from inventory.queries.valuation import get_shares, get_stock_value, get_valuation
from portal.reports.stock_value import NAMES, stock_value
from tests.factories import NOW, MemberFactory, StockedProductFactory
from tests.factories.shelves import listed, shelves, units_of
from tests.people import client_of

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = NOW.date()
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(params=["average", "fifo"])
def things(owner, request):
    Business.objects.filter(pk=owner.business.pk).update(valuation=request.param)
    owner.business.refresh_from_db()
    return shelves(owner)


def told(report):
    keys = [column.key for column in report.columns]
    return {row.label: dict(zip(keys, [figure.value for figure in row.figures], strict=True)) for row in report.all_rows}


@pytest.mark.parametrize("by", NAMES)
def test_by_anything_it_comes_to_the_valuation(owner, things, by):
    whole = told(stock_value(owner, MARCH, TODAY, by=by))["Together"]

    assert whole["value"] == get_valuation(business=owner.business, as_of=TODAY).total == get_stock_value(business=owner.business)
    assert whole["before"] == get_valuation(business=owner.business, as_of=date(2026, 2, 28)).total


def test_a_place_has_what_the_page_of_stock_says(owner, things):
    rows = told(stock_value(owner, MARCH, TODAY, by="location"))

    for place in (things.shop, things.store):
        shares = get_shares(place.levels.select_related("product"), owner.business)
        assert rows[place.name]["value"] == owner.business.money(sum(shares.values()))
    assert rows["Store"]["on_hand"] == 4


@pytest.mark.parametrize("by", NAMES)
def test_the_list_behind_each_figure_comes_to_the_figure(owner, things, by):
    browser = client_of(owner)

    for row in stock_value(owner, Period(date(2026, 2, 1), date(2026, 3, 3)), TODAY, by=by).rows:
        assert units_of(listed(browser, row.figures[0].url)) == row.figures[0].value


def test_the_chart_is_the_valuation_at_the_end_of_each_month(owner, things):
    drawing = stock_value(owner, MARCH, TODAY, by="product").drawing

    assert len(drawing.rows) == 12
    assert [row.label for row in (drawing.rows[0], drawing.rows[-1])] == ["30 April 2025", "4 March 2026"]
    browser = client_of(owner)
    for row in drawing.rows:
        (figure,) = row.figures
        day = date.fromisoformat(figure.url[-10:])
        assert figure.value == get_valuation(business=owner.business, as_of=day).total
    assert browser.get(figure.url).context["report"].total.figures[2].value == figure.value


def test_days_to_come_are_left_out(owner, things):
    report = stock_value(owner, MARCH, TODAY, by="product")

    assert report.period == Period(date(2026, 3, 1), TODAY)
    assert " on 4 March 2026, " in report.finding
    assert stock_value(owner, Period(date(2027, 1, 1), date(2027, 1, 2)), TODAY, by="product").period == Period(TODAY, TODAY)


@pytest.mark.parametrize("by", NAMES)
def test_who_may_not_see_costs_sees_units_only(owner, things, by):
    Business.objects.filter(pk=owner.business.pk).update(hide_costs=True)
    clerk = MemberFactory(business=owner.business, role=Role.CLERK)

    answer = client_of(clerk).get("/reports/stock-value/", {"by": by})

    assert [column.key for column in answer.context["report"].columns] == ["on_hand"]
    assert "£" not in answer.content.decode()


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize(("by", "queries"), [("product", 4), ("category", 5), ("location", 8)])
def test_costs_the_same_at_any_length(owner, by, queries, number, django_assert_num_queries):
    StockedProductFactory.create_batch(number, business=owner.business)

    with django_assert_num_queries(queries):
        assert stock_value(owner, MARCH, TODAY, by=by).rows
