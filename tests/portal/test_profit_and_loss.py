"""Profit and loss: sales without tax, what the goods cost, and expenses without the tax that comes back."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Kind
from expenses.periods import Period
from expenses.services.record import Share
from portal.reports.profit import profit_and_loss
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, BusinessFactory, MemberFactory, StockedProductFactory, sell
from tests.factories.expenses import category, spend
from tests.factories.reports import LAST_MONTH, listed
from tests.people import client_of

pytestmark = pytest.mark.django_db
D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def shop(owner):
    """Sold for 36.00 with 20 % tax in it, one of three given back, one sale voided; goods that cost 2.00 each."""
    owner.business.tax_number = "GB 1"
    owner.business.save()
    tea = StockedProductFactory(business=owner.business, price=D(12), tax_rate=D(20), on_hand=10)
    sale = sell(owner, {tea: 3})
    refund_sale(sale=sale, lines=[RefundLine(sale.lines.get(), D(1))], by=owner, reason="Faulty", at=NOW)
    void_sale(sale=sell(owner, {tea: 1}), by=owner, reason="Wrong item", at=NOW)
    stock, rent, wages = (category(owner, name) for name in ("Stock purchases", "Rent", "Wages"))
    spend(owner, 12, what=rent, tax=D(2))
    spend(owner, 6, kind="refund", what=rent, tax=D(1))
    spend(owner, 4, what=wages, payee="Tom")
    spend(owner, 240, what=category(owner, "Tea", stock), tax=D(40))
    spend(owner, 9, splits=[Share(stock, D(5)), Share(wages, D(4))], tax=D("1.50"))
    spend(owner, 500, kind="income", what=wages)
    spend(owner, 10, LAST_MONTH, what=rent)
    spend(MemberFactory(business=owner.business, role="clerk"), 999, what=rent)
    return owner


def told(report):
    return {row.label: row.figures[0].value for row in report.all_rows}


def test_what_was_earned_is_sales_less_goods_less_expenses_all_without_tax(shop):
    report = profit_and_loss(shop, MARCH)

    assert told(report) == {
        "Sales": 30,
        "Refunds": -10,
        "Sales without tax": 20,
        "Cost of goods sold": 4,
        "Gross profit": 16,
        "Wages": 8,
        "Rent": 6,
        "Less tax that comes back": -1,
        "Expenses": 13,
        "Profit": 3,
    }
    assert report.finding == "£20.00 sold without tax, a profit of £3.00"
    assert "goods cost when they are sold" in report.remark
    assert [figure.value for figure in report.rows[6].figures] == [6, 30, 10, -40]


def test_tax_is_a_cost_to_who_has_no_tax_number(shop):
    shop.business.tax_number = ""
    shop.business.save()

    report = profit_and_loss(shop, MARCH)

    assert told(report)["Expenses"] == 14
    assert "Less tax that comes back" not in told(report)
    assert "no tax number" in report.remark


def test_a_loss_is_called_one(owner):
    spend(owner, 5, what=category(owner, "Rent"))

    assert profit_and_loss(owner, MARCH).finding == "£0.00 sold without tax, a loss of £5.00"


def test_the_list_behind_each_figure_comes_to_the_figure(shop):
    browser = client_of(shop)

    for row in profit_and_loss(shop, MARCH).all_rows:
        for figure in (row.figures[0], row.figures[2]):
            if not figure.url:
                assert row.key in {"gross_profit", "expenses", "profit"}
            elif row.key == "input_tax":
                assert -browser.get(figure.url).context["sums"].tax == figure.value
            elif figure.url.startswith("/sales/"):
                totals = browser.get(figure.url).context["totals"]
                assert (totals.cost if row.key == "cost_of_goods" else totals.net) == figure.value
            else:
                assert listed(browser, figure.url) == figure.value


def test_the_lists_say_the_figures_in_words(shop):
    browser = client_of(shop)

    sales = browser.get("/sales/?state=completed").content.decode()
    expenses = browser.get("/expenses/?kind=spending&state=posted").content.decode()

    assert "£20.00 without it, for goods that cost £4.00" in sales
    assert "£42.50 of it input tax" in " ".join(expenses.split())


def test_who_sees_no_costs_sees_none_here_either(shop):
    shop.business.hide_costs = True
    shop.business.save()
    clerk = MemberFactory(business=shop.business, role="clerk")

    page = client_of(clerk).get("/reports/profit-and-loss/").content.decode()

    assert "Sales without tax" in page
    assert "a profit of" not in page
    assert not {"Cost of goods sold", "Gross profit", "Profit"} & told(profit_and_loss(clerk, MARCH)).keys()
    assert "for goods that cost" not in client_of(clerk).get("/sales/").content.decode()
    assert "a profit of £3.00" in client_of(shop).get("/reports/profit-and-loss/").content.decode()


def test_a_sale_counts_on_the_local_day_of_the_shop(shop):
    shop.business.timezone = "America/New_York"
    shop.business.save()
    tea = StockedProductFactory(business=shop.business, price=D(60), tax_rate=D(20), on_hand=1)
    sell(shop, {tea: 1}, at=datetime(2026, 3, 1, 3, tzinfo=UTC))

    assert told(profit_and_loss(shop, MARCH))["Sales"] == 30


def test_a_personal_book_has_no_profit():
    member = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role="owner")
    browser = client_of(member)

    assert browser.get("/reports/profit-and-loss/").status_code == 404
    assert browser.get("/reports/").url == "/reports/categories/"
    assert "Profit" not in browser.get("/reports/categories/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_it_costs_the_same_at_any_length(count, shop, django_assert_max_num_queries):
    tea = StockedProductFactory(business=shop.business, on_hand=100)
    for n in range(count):
        sell(shop, {tea: 1})
        spend(shop, 5, what=category(shop, f"Category {n}"))
    browser = client_of(shop)
    browser.get("/reports/profit-and-loss/")

    with django_assert_max_num_queries(1 + 10):
        browser.get("/reports/profit-and-loss/")
