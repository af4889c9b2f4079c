"""Two who move one product at the same moment: each in turn, and neither on what it read before its turn."""

import re
from decimal import Decimal

import pytest

from alerts.models import Alert
from inventory.models import MovementKind, Product, StockLevel, StockState
from inventory.services.ledger import Cause, Move, post
from inventory.services.stock import StockLine, receive_stock, take_stock
from inventory.shelves import ProductRef, find_shelves
from tests.factories import NOW, LocationFactory, StockedProductFactory

D = Decimal
UPDATED = re.compile(r'UPDATE ["`]inventory_(\w+)["`] .* WHERE .*?["`]inventory_\1["`]\.["`]id["`] = (\d+)', re.IGNORECASE)


def line(product: Product, quantity, **options) -> StockLine:
    return StockLine(ProductRef(product=product.pk), D(quantity), **options)


def test_an_average_is_taken_from_what_it_is_now_not_from_what_was_read_before(member):
    product = StockedProductFactory(business=member.business, on_hand=0)
    early, late = (find_shelves(business=member.business, refs=[ProductRef(product=product.pk)])[0] for _ in range(2))

    for shelf, cost in ((early, 2), (late, 4)):
        post(moves=[Move(shelf, D(10), MovementKind.RECEIVED, D(cost))], cause=Cause(by=member, at=NOW))

    assert Product.objects.get(pk=product.pk).average_cost == 3


def test_what_turned_low_meanwhile_is_mended_by_a_receipt_that_began_before(member):
    product = StockedProductFactory(business=member.business, on_hand=10, reorder_point=5)
    early, late = (find_shelves(business=member.business, refs=[ProductRef(product=product.pk)])[0] for _ in range(2))

    post(moves=[Move(early, D(-7), MovementKind.SOLD)], cause=Cause(by=member, at=NOW))
    post(moves=[Move(late, D(20), MovementKind.RECEIVED)], cause=Cause(by=member, at=NOW))

    assert Product.objects.get(pk=product.pk).stock_state == StockState.OK
    assert not Alert.objects.open().exists()


@pytest.mark.parametrize("shelves", [1, 2])
def test_products_and_shelves_are_locked_in_order_whatever_the_order_of_the_lines(member, shelves, django_assert_max_num_queries):
    products = StockedProductFactory.create_batch(5, business=member.business)
    if shelves == 2:
        back = LocationFactory(business=member.business)
        StockLevel.objects.bulk_create([StockLevel(product=product, location=back) for product in products])

    with django_assert_max_num_queries(30) as queries:
        take_stock(by=member, lines=[line(product, 1) for product in reversed(products)], reason="Broken", at=NOW)

    locked = [(table.lower(), int(pk)) for query in queries for table, pk in UPDATED.findall(query["sql"])]
    shops = [("product", product.pk) for product in products] if shelves == 2 else []
    assert locked == shops + [("stocklevel", product.levels.order_by("pk")[0].pk) for product in products]


def test_two_places_share_one_average_though_one_began_before_the_other(member):
    product = StockedProductFactory(business=member.business, on_hand=0)
    (here,) = find_shelves(business=member.business, refs=[ProductRef(product=product.pk)])
    back = LocationFactory(business=member.business)

    receive_stock(by=member, lines=[line(product, 10, unit_cost=D(4))], at=NOW, location_id=back.pk)
    post(moves=[Move(here, D(10), MovementKind.RECEIVED, D(2))], cause=Cause(by=member, at=NOW))

    assert Product.objects.get(pk=product.pk).average_cost == 3


def test_a_shelf_at_another_place_is_put_up_when_nobody_moves_the_first(member, django_assert_max_num_queries):
    product = StockedProductFactory(business=member.business)
    back = LocationFactory(business=member.business)

    with django_assert_max_num_queries(20) as queries:
        (shelf,) = find_shelves(business=member.business, refs=[ProductRef(product=product.pk)], location_id=back.pk)

    statements = [query["sql"].split()[0] for query in queries]
    assert statements.index("UPDATE") < statements.index("INSERT")
    assert shelf.shelves != 1
