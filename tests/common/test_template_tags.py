"""How money, quantities, moments and fields are written on a page."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template

LISBON = SimpleNamespace(timezone="Europe/Lisbon")


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("1284.6"), "GBP", "£1,284.60"),
        (Decimal("-34.5"), "GBP", "−£34.50"),
        (Decimal(0), "EUR", "€0.00"),
        (Decimal("1284.6"), "JPY", "JP¥1,285"),
        (Decimal("1.5"), "BHD", "BHD\N{NO-BREAK SPACE}1.500"),
        (None, "GBP", ""),
    ],
)
def test_money_stands_beside_its_sign_at_its_own_places(amount, currency, shown):
    assert rendered("{{ amount|money:currency }}", amount=amount, currency=currency) == shown


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [
        (Decimal("3.000"), "3"),
        (Decimal("1.500"), "1.5"),
        (Decimal(-2), "−2"),
        (Decimal(1000), "1,000"),
        (Decimal("0E-3"), "0"),
        (None, ""),
    ],
)
def test_a_quantity_has_no_idle_zeros(quantity, shown):
    assert rendered("{{ quantity|qty }}", quantity=quantity) == shown


def test_a_moment_is_told_on_the_clock_of_the_business():
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    source = "{{ moment|local:business }} · {{ moment|local_time:business }} · {{ moment|local_date:business }}"

    assert rendered(source, moment=moment, business=LISBON) == "2 Jul 2026, 00:30 · 00:30 · 2 Jul 2026"


def test_an_icon_is_silent_unless_it_has_a_label():
    assert rendered("{% icon 'bell' %}") == '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#bell"/></svg>'
    assert 'role="img" aria-label="Open"' in rendered("{% icon 'bell' 'Open' %}")


class Order(forms.Form):
    quantity = forms.IntegerField(help_text="Whole loaves.")
    place = forms.ChoiceField(choices=[("a", "A")], required=False)
    urgent = forms.BooleanField(required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Closed on Sundays.")


def test_a_field_ties_its_label_hint_and_error_to_its_input():
    html = rendered("{% field form.quantity %}", form=Order({"quantity": "many"}))

    assert '<label class="field__label" for="id_quantity">Quantity</label>' in html
    assert 'class="input"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_quantity_helptext id_quantity_error"' in html
    assert 'id="id_quantity_helptext">Whole loaves.' in html
    assert 'id="id_quantity_error">Enter a whole number.' in html


def test_each_kind_of_input_wears_its_own_classes():
    form = Order()

    assert 'class="input select"' in rendered("{% field form.place %}", form=form)
    assert 'class="check"' in rendered("{% field form.urgent %}", form=form)


def test_errors_of_the_whole_form_stand_in_a_banner():
    assert "Closed on Sundays." in rendered("{% form_errors form %}", form=Order({"quantity": "1"}))


class Filters(forms.Form):
    place = forms.CharField(required=False)


def test_optional_is_said_only_where_something_is_required():
    assert "optional" in rendered("{% field form.place %}", form=Order())
    assert "optional" not in rendered("{% field form.place %}", form=Filters())


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
        ("stock-scanner/2", "stock-scanner/2"),
        ("", "Unknown device"),
    ],
)
def test_names_a_device_as_its_owner_would(user_agent, shown):
    assert rendered("{{ user_agent|device }}", user_agent=user_agent) == shown
