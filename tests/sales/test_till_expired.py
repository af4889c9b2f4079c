"""What has expired is seen on the till before anybody pays for it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.services.stock import StockLine, receive_stock, take_stock
from inventory.shelves import BatchRef, ProductRef
from sales.services.quote import quote
from sales.services.till import add_to_basket, hold_basket
from tests.factories import NOW, LocationFactory, StockedProductFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def milk(member):
    milk = StockedProductFactory(business=member.business, name="Milk", on_hand=0, tracks_batches=True)
    back = LocationFactory(business=member.business)
    for quantity, days, place in ((3, 2, None), (2, -1, None), (7, -1, back.pk)):
        batch = BatchRef(expires_on=TODAY + timedelta(days=days))
        lines = [StockLine(ProductRef(product=milk.pk), Decimal(quantity), batch=batch)]
        receive_stock(by=member, lines=lines, location_id=place, at=NOW)
    return milk


def add(member, product, quantity):
    return add_to_basket(by=member, ref=ProductRef(product=product.pk), quantity=Decimal(quantity), at=NOW)


@pytest.mark.parametrize(("quantity", "short"), [(3, 0), (4, 1)])
def test_a_line_is_short_of_what_may_be_sold_here(member, milk, quantity, short):
    (line,) = quote(add(member, milk, quantity)).lines

    assert (line.sellable, line.expired, line.short_by) == (3, 2, short)


def test_the_page_says_how_many_expired(member, milk, logged_in):
    add(member, milk, 4)

    assert "only 3 left, 2 expired" in logged_in.get("/till/").text


def test_other_goods_ask_nothing_more(member, milk, django_assert_num_queries):
    mug = StockedProductFactory(business=member.business)
    basket = add(member, mug, 1)
    with django_assert_num_queries(1):
        quote(basket)
    basket = add(member, milk, 1)
    with django_assert_num_queries(2):
        quote(basket)


def test_what_expired_is_taken_off_while_some_is_held(member, milk):
    hold_basket(by=member, key=add(member, milk, 3).key, at=NOW)

    lines = [StockLine(ProductRef(product=milk.pk), Decimal(2), batch=BatchRef(expires_on=TODAY - timedelta(days=1)))]
    take_stock(by=member, lines=lines, reason="Expired", at=NOW)

    assert milk.levels.get(location__is_default=True).available == 0
