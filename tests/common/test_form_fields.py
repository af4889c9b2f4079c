from decimal import Decimal

import pytest
from django import forms
from django.urls import get_resolver

from common.form_fields import DecimalField, NumberField, WholeField


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


@pytest.mark.parametrize("typed", ["1,234", "1.234,50", "1,234.50", "1,2,3", "2,", "NaN", "Infinity", "two", "1e5", "1E-5"])
def test_a_number_that_could_mean_two_is_asked_for_again(typed):
    with pytest.raises(forms.ValidationError, match="Enter a number"):
        DecimalField().clean(typed)


@pytest.mark.parametrize("typed", ["0", "10", "-1", "9" * 30, "1.5", "two"])
def test_a_whole_number_out_of_bounds_is_one_sentence(typed):
    with pytest.raises(forms.ValidationError) as refusal:
        WholeField(least=1, most=9).clean(typed)

    assert refusal.value.messages == ["Enter a whole number from 1 to 9."]


def test_every_number_that_is_typed_on_a_screen_is_a_field_of_the_house():
    assert get_resolver().url_patterns  # every form is loaded
    bare = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in _forms(forms.BaseForm)
        for name, field in form.base_fields.items()
        if isinstance(field, forms.IntegerField) and not isinstance(field, DecimalField | WholeField)
        if not field.widget.is_hidden and name not in NEVER_TYPED
    ]

    assert bare == []


NEVER_TYPED = {"product", "line"}  # ids that buttons send


def _forms(base):
    for form in base.__subclasses__():
        if hasattr(form, "base_fields") and not form.__module__.startswith(("django", "allauth", "tests")):
            yield form
        yield from _forms(form)
