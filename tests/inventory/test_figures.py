"""Margin, cover and the small line: arithmetic without a database."""

from decimal import Decimal

import pytest

from inventory.cover import BAR_ENDS_AT, cover
from inventory.margins import margin_of
from inventory.models import Product
from inventory.spark import spark


def product(price: str, cost: str, rate: str = "0", expected: str | None = None) -> Product:
    return Product(
        price=Decimal(price), average_cost=Decimal(cost), tax_rate=Decimal(rate), cost=Decimal(expected) if expected else None
    )


@pytest.mark.parametrize(
    ("price", "cost", "rate", "includes_tax", "percent"),
    [
        ("10.00", "6.00", "0", True, "40.0"),
        ("12.00", "6.00", "20", True, "40.0"),
        ("10.00", "6.00", "20", False, "40.0"),
        ("10.00", "12.00", "0", True, "-20.0"),
        ("3.00", "2.00", "0", True, "33.3"),
        ("8.00", "3.001", "0", True, "62.5"),
    ],
)
def test_margin_is_a_part_of_the_net_price(price, cost, rate, includes_tax, percent):
    margin = margin_of(product(price, cost, rate), includes_tax=includes_tax)

    assert margin is not None
    assert margin.percent == Decimal(percent)


def test_an_expected_cost_stands_in_until_goods_came():
    margin = margin_of(product("10.00", "0", expected="7.00"), includes_tax=True)

    assert margin is not None
    assert margin.amount == 3


@pytest.mark.parametrize("thing", [product("10.00", "0"), product("0", "1.00")])
def test_no_margin_is_told_where_none_is_known(thing):
    assert margin_of(thing, includes_tax=True) is None


@pytest.mark.parametrize(("available", "sold", "days"), [(28, 28, 28), (10, 3, 93), (1, 56, 0), (-4, 2, 0)])
def test_cover_is_what_is_left_at_the_pace_of_four_weeks(available, sold, days):
    found = cover(Decimal(available), Decimal(sold))

    assert found is not None
    assert found.days == days
    assert found.bar == min(days, BAR_ENDS_AT)


@pytest.mark.parametrize(("known", "days"), [(1, 7), (7, 7), (14, 14), (28, 28), (400, 28)])
def test_a_pace_looks_back_over_known_days_but_a_week_at_least(known, days):
    found = cover(Decimal(1), Decimal(1), days=known)

    assert found is not None
    assert found.days == days


@pytest.mark.parametrize("sold", [0, -2])
def test_nothing_is_told_of_what_does_not_sell(sold):
    assert cover(Decimal(5), Decimal(sold)) is None


def test_the_line_runs_from_left_to_right_between_low_and_high():
    line = spark([Decimal(0), Decimal(4), Decimal(2)])

    assert line is not None
    assert line.points == "0.0,21.0 46.0,3.0 92.0,12.0"
    assert (line.end_x, line.end_y) == ("92.0", "12.0")


def test_one_value_makes_no_line_and_equal_ones_a_flat_one():
    assert spark([Decimal(1)]) is None
    flat = spark([Decimal(0), Decimal(0)])
    assert flat is not None
    assert flat.points == "0.0,21.0 92.0,21.0"
