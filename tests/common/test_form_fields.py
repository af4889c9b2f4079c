from decimal import Decimal

import pytest
from django import forms

from common.form_fields import DecimalField, NumberField


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2.50", "2.50"),
        ("2,50", "2.50"),
        ("0,5", "0.5"),
        (",5", "0.5"),
        (" 12 ", "12"),
        ("\N{MINUS SIGN}1", "-1"),
        ("-1,5", "-1.5"),
    ],
)
def test_a_number_may_have_a_decimal_comma_or_a_printed_minus(typed, number):
    assert DecimalField().clean(typed) == Decimal(number)
    assert NumberField(least=-9, most=99, places=2).clean(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["1,234", "1.234,50", "1,234.50", "1,2,3", "2,", "NaN", "Infinity", "two"])
def test_a_number_that_could_mean_two_is_asked_for_again(typed):
    with pytest.raises(forms.ValidationError, match="Enter a number"):
        DecimalField().clean(typed)
