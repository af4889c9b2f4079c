"""A select written at once is the one that Django's templates write."""

import pytest
from django import forms
from django.test.html import parse_html

from common.form_fields import QuickSelect

CHOICES = [("", "All"), (1, "Bread & butter"), ("two", "\N{EM SPACE}O'Brien <b>"), ("'\"", "Quotes")]


@pytest.mark.parametrize("value", [None, "", 1, "1", "two", "'\"", "unknown"])
@pytest.mark.parametrize("attrs", [None, {"class": "input select", "required": True, "disabled": False, "aria-label": 'A "b"'}])
def test_it_is_what_django_writes(value, attrs):
    own = {"data-x": "1"}

    quick, slow = (kind(attrs=own, choices=CHOICES).render("what", value, attrs) for kind in (QuickSelect, forms.Select))

    assert parse_html(quick) == parse_html(slow)
