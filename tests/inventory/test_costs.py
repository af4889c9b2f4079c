"""Rule 5: what stock cost, as a moving average of what came in at a known cost."""

from decimal import Decimal

import pytest

from common.fields import LARGEST_AMOUNT
from inventory.models import MovementKind, Product, StockLevel
from inventory.services.ledger import Cause, Move, post
from inventory.services.stock import BadCost, StockLine, adjust_stock, receive_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, ProductFactory, StockedProductFactory, on_hand

D = Decimal


def line(product: Product, quantity, **options) -> StockLine:
    return StockLine(ProductRef(product=product.pk), D(quantity), **options)


def test_receiving_takes_the_moving_average(member):
    product = StockedProductFactory(business=member.business, on_hand=10)  # at 2.00

    receive_stock(by=member, lines=[line(product, 5, unit_cost=D(5))], at=NOW)

    product.refresh_from_db()
    assert product.average_cost == 3


def test_an_average_is_never_taken_from_a_zero_cost(member):
    product = ProductFactory(business=member.business)
    receive_stock(by=member, lines=[line(product, 10)], at=NOW)

    receive_stock(by=member, lines=[line(product, 10, unit_cost=D(4))], at=NOW)

    product.refresh_from_db()
    assert product.average_cost == 4


def test_what_comes_free_of_charge_leaves_the_average_as_it_is(member):
    product = StockedProductFactory(business=member.business, on_hand=10, on_hand__at="4.00")

    receive_stock(by=member, lines=[line(product, 10, unit_cost=D(0))], at=NOW)

    product.refresh_from_db()
    assert product.average_cost == 4


def test_stock_below_zero_takes_the_cost_of_the_receipt(member):
    product = StockedProductFactory(business=member.business, on_hand=1)
    shelf = StockLevel.objects.select_related("product", "location").get(product=product)
    post(moves=[Move(shelf, D(-5), MovementKind.SOLD)], cause=Cause(by=member, at=NOW), below_zero=True)

    receive_stock(by=member, lines=[line(product, 10, unit_cost=D(7))], at=NOW)

    product.refresh_from_db()
    assert on_hand(product) == 6
    assert product.average_cost == 7


def test_a_receipt_without_a_cost_takes_the_expected_one(member):
    product = ProductFactory(business=member.business, cost=D("1.25"))

    (movement,) = receive_stock(by=member, lines=[line(product, 2)], at=NOW)

    assert movement.unit_cost == D("1.25")


@pytest.mark.parametrize("cost", [D("-0.01"), LARGEST_AMOUNT + 1])
def test_nothing_is_received_at_a_cost_that_cannot_be(member, cost):
    product = ProductFactory(business=member.business)

    with pytest.raises(BadCost, match="between 0 and"):
        receive_stock(by=member, lines=[line(product, 1, unit_cost=cost)], at=NOW)


def test_what_is_found_by_counting_comes_at_no_cost(member):
    product = StockedProductFactory(business=member.business)

    (movement,) = adjust_stock(by=member, lines=[line(product, 1, unit_cost=D(9))], reason="Counted", at=NOW)

    product.refresh_from_db()
    assert (movement.unit_cost, product.average_cost) == (None, 2)
