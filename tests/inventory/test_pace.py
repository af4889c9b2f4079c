"""How fast a product sells, without the days on which there was nothing to sell."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.models import Product
from inventory.pace import Pace, get_paces
from inventory.services.stock import StockLine, receive_stock, take_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, StockedProductFactory, sell

pytestmark = pytest.mark.django_db
DAY, D = timedelta(days=1), Decimal


def pace_of(*products) -> list[Pace | None]:
    rows = list(Product.objects.filter(pk__in=[product.pk for product in products]).with_stock().order_by("pk"))
    paces = get_paces(products=rows, business=rows[0].business, today=NOW.date())
    return [paces.get(product.pk) for product in rows]


def receive(owner, product, quantity, days):
    receive_stock(by=owner, lines=[StockLine(ProductRef(product=product.pk), D(quantity))], at=NOW - days * DAY)


@pytest.fixture
def old(owner):
    """A product that was always there, with nothing on its shelf."""
    product = StockedProductFactory(business=owner.business, on_hand=0)
    Product.objects.filter(pk=product.pk).update(created_at=NOW - 100 * DAY)
    return product


def test_days_without_stock_do_not_count(owner, old):
    receive(owner, old, 14, 27)
    for days in range(26, 19, -1):
        sell(owner, {old: 2}, at=NOW - days * DAY)  # the last goes on the twentieth day before
    receive(owner, old, 20, 5)
    sell(owner, {old: 4}, at=NOW - 3 * DAY)

    (pace,) = pace_of(old)

    assert (pace.sold, pace.days) == (18, 8 + 5)  # from the 27th to the 20th, and from the 5th on


def test_days_on_which_it_stood_there_unsold_count(owner, old):
    receive(owner, old, 50, 40)
    sell(owner, {old: 14}, at=NOW - 10 * DAY)

    assert pace_of(old) == [Pace(D(14), 28)]


def test_what_was_sold_today_and_before_the_four_weeks_does_not_count(owner, old):
    receive(owner, old, 50, 40)
    sell(owner, {old: 5}, at=NOW)
    sell(owner, {old: 5}, at=NOW - 29 * DAY)
    assert pace_of(old) == [None]

    sell(owner, {old: 7}, at=NOW - 28 * DAY)
    assert pace_of(old) == [Pace(D(7), 28)]


def test_a_new_product_counts_from_when_it_is_known_but_a_week_at_least(owner, old):
    receive(owner, old, 50, 40)
    sell(owner, {old: 7}, at=NOW - DAY)

    for age, days in ((0, 7), (3, 7), (13, 14), (50, 28)):
        Product.objects.filter(pk=old.pk).update(created_at=NOW - age * DAY)
        assert pace_of(old) == [Pace(D(7), days)], age


def test_what_was_taken_for_oneself_is_no_sale(owner, old):
    receive(owner, old, 50, 40)
    take_stock(by=owner, lines=[StockLine(ProductRef(product=old.pk), D(9))], reason="Eaten", at=NOW - DAY)

    assert pace_of(old) == [None]


@pytest.mark.parametrize(("left", "days"), [(0, 0), (1, 0), (2, 1), (3, 1), (90, 45), (-4, 0)])
def test_lasts_whole_days(left, days):
    assert Pace(D(56), 28).lasts(D(left)) == days


def test_over_some_days_is_exact():
    assert Pace(D(30), 7).over(21) == 90


@pytest.mark.parametrize("count", [1, 20])
def test_costs_one_query_for_any_number(owner, count, django_assert_num_queries):
    products = StockedProductFactory.create_batch(count, business=owner.business, on_hand=5)
    rows = list(Product.objects.filter(pk__in=[product.pk for product in products]).with_stock().select_related("business"))

    with django_assert_num_queries(1):
        get_paces(products=rows, business=owner.business, today=NOW.date())
