from typing import Any

from babel import Locale
from babel.numbers import get_currency_name
from django import forms
from django.http import HttpRequest

from accounts.models import Business, Kind, User
from accounts.services.businesses import SETTINGS
from common import money, periods

ENGLISH = Locale("en", "GB")
OFTEN_USED = ("GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "NZD", "JPY", "INR")
RETIRED = "("  # Babel writes the years of a currency that is no more in brackets


def currency_choices() -> list[tuple[str, Any]]:
    """The usual ones first, then every currency in use."""
    names = {code: get_currency_name(code, locale=ENGLISH) for code in money.known_currencies()}
    known = {code: f"{code} · {name}" for code, name in names.items() if RETIRED not in name}
    return [("Often used", [(code, known[code]) for code in OFTEN_USED]), ("All", sorted(known.items()))]


def timezone_choices() -> list[tuple[str, str]]:
    return [
        (name, name.replace("_", " "))
        for name in sorted(periods.zone_names())
        if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    ] + [("UTC", "UTC")]


def country_choices() -> list[tuple[str, str]]:
    countries = {code: name for code, name in ENGLISH.territories.items() if len(code) == 2 and code.isalpha()}
    return sorted(countries.items(), key=lambda pair: pair[1])


class SignupForm(forms.Form):
    """What sign-up asks beyond email and password; allauth builds its form on it."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class StartForm(forms.Form):
    """A business to begin with; time zone and country come guessed by the browser."""

    kind = forms.ChoiceField(
        label="What is it for?",
        choices=[
            (Kind.RETAIL, "A shop: products, stock, sales, a till"),
            (Kind.PERSONAL, "A personal book: expenses and budgets"),
        ],
        widget=forms.RadioSelect,
        initial=Kind.RETAIL,
    )
    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    currency = forms.ChoiceField(choices=currency_choices, initial="GBP")
    country = forms.ChoiceField(choices=country_choices, initial="GB")
    timezone = forms.ChoiceField(
        label="Time zone", choices=timezone_choices, initial="Europe/London", help_text="A day ends at midnight here."
    )


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # Django cannot subscript it at run time
    """What an owner may change. The rules are the service's; here is only the shape."""

    currency = forms.ChoiceField(choices=currency_choices)
    country = forms.ChoiceField(choices=country_choices)
    timezone = forms.ChoiceField(
        label="Time zone", choices=timezone_choices, help_text="A day ends, and its figures close, at midnight here."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Business
        fields = SETTINGS
