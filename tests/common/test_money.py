from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import fits, known_currencies, living_currencies, rounded, split, step

D = Decimal


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1.005", "GBP", "1.01"),
        ("-1.005", "GBP", "-1.01"),
        ("0.5", "JPY", "1"),
        ("1.0005", "BHD", "1.001"),
        ("2.675", "EUR", "2.68"),
    ],
)
def test_rounds_half_up_at_the_currency_s_own_places(amount, currency, expected):
    assert rounded(D(amount), currency) == D(expected)


def test_an_amount_fits_only_with_the_places_its_currency_has():
    assert fits(D("12.50"), "GBP")
    assert not fits(D("0.005"), "GBP")
    assert not fits(D("0.5"), "JPY")


amounts = st.decimals("-100000", "100000", places=2)
weights = st.lists(st.decimals("0", "1000", places=3), min_size=1, max_size=12)


@given(amount=amounts, weights=weights)
def test_shares_sum_to_the_whole_and_are_off_by_less_than_a_penny(amount, weights):
    shares = split(amount, weights, "GBP")

    assert sum(shares) == amount
    whole = sum(weights)
    if whole:
        assert all(abs(share - amount * weight / whole) <= step("GBP") for share, weight in zip(shares, weights, strict=True))


def test_a_currency_that_nobody_pays_with_is_known_but_not_living():
    assert {"GBP", "EUR", "JPY", "BHD"} <= living_currencies() <= known_currencies()
    assert not {"ADP", "DEM", "CHE", "XAU", "XXX"} & living_currencies()
