"""The report of what stock is worth: as a page, as files, for programs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import Role
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from portal.reports.kinds import REPORTS, Asked
from portal.reports.spans import named
from tests.factories import NOW, MemberFactory, ProductFactory, StockedProductFactory, sell
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db
PAGE = "/reports/stock-value/"
DAYS = {"since": "2026-03-04", "until": "2026-03-04", "period": "custom"}


@pytest.fixture
def tea(owner):
    """Eight at 10 yesterday, four at 16 and one sold today."""
    product = ProductFactory(business=owner.business, name="Tea")
    for quantity, cost, at in ((8, 10, NOW - timedelta(days=1)), (4, 16, NOW)):
        lines = [StockLine(ProductRef(product=product.pk), Decimal(quantity), unit_cost=Decimal(cost))]
        receive_stock(by=owner, lines=lines, at=NOW, occurred_at=at)
    sell(owner, {product: 1})
    return product


def test_says_what_it_is_worth_and_was(owner, tea):
    report = client_of(owner).get(PAGE, DAYS).context["report"]

    assert report.finding == "£132.00 on 4 March 2026, £52.00 more than on 3 March 2026"
    (row,) = report.rows
    assert [figure.value for figure in row.figures] == [11, 12, 132, 80, 52]
    assert [figure.value for figure in report.total.figures] == [None, None, 132, 80, 52]


def test_what_is_gone_by_then_stays_in_the_comparison(owner, tea):
    sell(owner, {tea: 11})

    report = client_of(owner).get(PAGE, DAYS).context["report"]

    assert [figure.value for figure in report.rows[0].figures] == [0, 0, 0, 80, -80]


def test_each_figure_leads_to_the_movements_behind_it(owner, tea):
    client = client_of(owner)
    figure = client.get(PAGE, DAYS).context["report"].rows[0].figures[0]

    moves = client.get(figure.url).context["page"].items

    assert sum(move.quantity for move in moves) == figure.value


@pytest.mark.parametrize("ending", ["csv", "xlsx", "pdf"])
def test_is_a_file_too(owner, tea, ending):
    answer = client_of(owner).get(PAGE, DAYS | {"as": ending})

    assert answer.status_code == 200
    assert f"stock-value-2026-03-04-2026-03-04.{ending}" in answer["Content-Disposition"]


def test_is_there_for_programs(owner, tea):
    answer = api_of(owner).get("/api/v1/reports/valuation/", {"from": "2026-03-04", "to": "2026-03-04"}).json()

    assert answer["rows"][0]["figures"] == {
        "on_hand": "11", "unit_cost": "12.00", "value": "132.00", "before": "80.00", "change": "52.00"
    }  # fmt: skip


def test_who_may_not_see_costs_sees_quantities_only(owner, tea):
    Business.objects.filter(pk=owner.business.pk).update(hide_costs=True)
    clerk = MemberFactory(business=owner.business, role=Role.CLERK)

    answer = client_of(clerk).get(PAGE, DAYS)

    assert [column.key for column in answer.context["report"].columns] == ["on_hand"]
    assert "132" not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_costs_four_queries_at_any_length(owner, count, django_assert_num_queries):
    StockedProductFactory.create_batch(count, business=owner.business)
    asked = Asked(owner, named(NOW.date())["month"], NOW.date())

    with django_assert_num_queries(4):
        REPORTS["stock_value"].build(asked)


def test_an_empty_shop_has_an_empty_report(owner):
    report = client_of(owner).get(PAGE).context["report"]

    assert (report.rows, report.total) == ([], None)
