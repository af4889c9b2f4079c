from decimal import Decimal

import pytest

from inventory.models import Pack
from inventory.services.stock import StockLine, receive_stock, take_stock
from inventory.shelves import ProductRef
from inventory.units import BadQuantity, UnknownUnit, checked, factor, packs_needed, rounded_up
from tests.factories import NOW, ProductFactory, StockedProductFactory, on_hand

D = Decimal


@pytest.mark.parametrize(
    ("given", "base", "expected"),
    [
        ("each", "each", "1"),
        ("g", "kg", "0.001"),
        ("kg", "g", "1000"),
        ("ml", "l", "0.001"),
        ("m", "cm", "100"),
        ("case", "each", "12"),
    ],
)
def test_converts_along_known_paths(given, base, expected):
    assert factor(given=given, base=base, packs={"case": D(12)}, label="Mug") == D(expected)


@pytest.mark.parametrize(("given", "base"), [("kg", "l"), ("kg", "each"), ("tray", "each"), ("m", "g")])
def test_refuses_where_there_is_no_path_and_never_guesses(given, base):
    with pytest.raises(UnknownUnit, match=given):
        factor(given=given, base=base, packs={"case": D(12)}, label="Mug")


def test_whole_units_round_up_when_needed_and_refuse_fractions_when_counted():
    assert rounded_up(D("2.1"), unit="each") == 3
    assert rounded_up(D("2.0004"), unit="kg") == D("2.001")
    assert packs_needed(D(25), pack=D(12)) == 3
    with pytest.raises(BadQuantity, match="Enter 1 or 2"):
        checked(D("1.5"), unit="each", label="Rye loaf")


@pytest.mark.parametrize("quantity", ["0", "10000000000", "NaN", "Infinity", "1.0001"])
def test_quantities_that_cannot_be_get_a_sentence(quantity):
    with pytest.raises(BadQuantity):
        checked(D(quantity), unit="kg", label="Flour")


def test_a_case_of_twelve_arrives_as_twelve_at_a_twelfth_of_its_cost(member):
    product = ProductFactory(business=member.business)
    Pack.objects.create(product=product, name="case", factor=12)

    (movement,) = receive_stock(by=member, lines=[StockLine(ProductRef(product=product.pk), D(2), "case", D(24))], at=NOW)

    assert on_hand(product) == 24
    assert movement.unit_cost == 2


@pytest.mark.parametrize("count", [1, 20])
def test_the_packs_of_all_lines_are_looked_up_at_once(member, count, django_assert_max_num_queries):
    products = StockedProductFactory.create_batch(count, business=member.business, on_hand=50)
    Pack.objects.bulk_create([Pack(product=product, name="case", factor=12) for product in products])
    lines = [StockLine(ProductRef(product=product.pk), D(2), "case") for product in products]

    with django_assert_max_num_queries(7 + count):  # one for each shelf
        take_stock(by=member, lines=lines, reason="Flooded", at=NOW)

    assert {on_hand(product) for product in products} == {26}
