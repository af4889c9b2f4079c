from typing import Any

from babel import Locale
from babel.numbers import get_currency_name
from django import forms
from django.http import HttpRequest

from accounts.models import Business, Kind, Scope, User
from accounts.permissions import Role
from accounts.services.businesses import SETTINGS
from common import money, periods
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField, WholeField

ENGLISH = Locale("en", "GB")
OFTEN_USED = ("GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "NZD", "JPY", "INR")
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # unions, leftovers and test entries of Unicode's list
RATES = ("default_tax_rate", "most_discount_percent", "over_receipt_percent")
OF_EVERY_BOOK = ("name", "country", "currency", "timezone", "version")
ROLE_CHOICES = [
    (Role.VIEWER, "Viewer: sees, changes nothing"),
    (Role.CLERK, "Clerk: sells, receives and counts"),
    (Role.MANAGER, "Manager: also prices, stock and imports"),
    (Role.OWNER, "Owner: everything, settings and team too"),
]


def currency_choices() -> list[tuple[str, Any]]:
    """The usual ones first, then every currency that somebody pays with."""
    known = {code: f"{code} · {get_currency_name(code, locale=ENGLISH)}" for code in money.living_currencies()}
    return [("Often used", [(code, known[code]) for code in OFTEN_USED]), ("All", sorted(known.items()))]


def timezone_choices() -> list[tuple[str, str]]:
    places = [name for name in periods.zone_names() if "/" in name and not name.startswith(("Etc/", "SystemV/"))]
    return [(name, name.replace("_", " ")) for name in [*sorted(places), "UTC"]]


def country_choices() -> list[tuple[str, str]]:
    places = [(code, name) for code, name in ENGLISH.territories.items() if len(code) == 2 and code.isalpha()]
    return sorted((place for place in places if place[0] not in NO_COUNTRIES), key=lambda country: country[1])


class SignupForm(forms.Form):
    """What sign-up asks beyond email and password; allauth builds its form on it."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class NameForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class StartForm(forms.Form):
    """A business to begin with; time zone and country come guessed by the browser."""

    kind = forms.ChoiceField(
        label="What is it for?",
        choices=[(Kind.RETAIL, "A shop: products, stock, a till and sales"), (Kind.PERSONAL, "Myself: expenses and budgets")],
        widget=forms.RadioSelect,
        initial=Kind.RETAIL,
    )
    name = forms.CharField(label="Name", max_length=120, help_text="As it stands on a receipt, or simply “Home”.")
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
        label="Time zone", choices=timezone_choices, help_text="A day, and its figures, end at midnight here."
    )
    default_tax_rate = NumberField(
        label="Usual tax rate, %",
        least=0,
        most=100,
        places=3,
        what="rate",
        help_text="New products begin with it; each can have its own.",
    )
    most_discount_percent = NumberField(label="Largest discount a clerk may give, %", least=0, most=100, places=3, what="share")
    over_receipt_percent = NumberField(
        label="More than was ordered may come, %",
        least=0,
        most=100,
        places=3,
        what="share",
        help_text="Beyond it a delivery is refused, so that nobody counts one twice.",
    )
    expiry_warn_days = WholeField(
        label="Warn so many days before goods expire", least=0, most=3650, help_text="A product may have its own number."
    )
    approve_above = NumberField(
        least=0,
        most=LARGEST_AMOUNT,
        places=4,
        what="amount",
        required=False,
        label="A larger expense waits too",
        help_text="Above this amount, whoever but an owner enters it. Empty: no limit.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Business
        fields = list(SETTINGS)
        labels = {
            "prices_include_tax": "Prices include tax",
            "tax_number": "Tax number",
            "allow_negative_stock": "Sell what the book says is not there",
            "hide_costs": "Hide costs and margins from clerks and viewers",
            "tax_rounding": "Round tax on",
            "valuation": "What stock costs",
            "clerks_need_approval": "What a clerk enters waits for a manager",
        }
        help_texts = {
            "address": "Stands on receipts and under emails.",
            "tax_number": "Your VAT or GST number, for receipts.",
            "hide_costs": "",
            "clerks_need_approval": "Until then it counts in no budget, balance or report.",
            "allow_negative_stock": "Stock may go below zero when goods arrive before their paper. You will be told.",
            "valuation": "Another choice counts from the first delivery on: past costs and margins are worked out anew.",
            "tax_rounding": "Each line, as most tills do, or once for the whole receipt.",
            "prices_include_tax": "At 20%, a price of 12.00 holds 2.00 of tax. Otherwise 12.00 becomes 14.40 at the till.",
        }
        widgets = {"tax_rounding": forms.RadioSelect, "valuation": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        for name in RATES:
            self.initial[name] = f"{self.initial[name].normalize():f}"
        if not self.instance.is_shop:
            self.fields = {name: field for name, field in self.fields.items() if name in OF_EVERY_BOOK}


class InvitationForm(forms.Form):
    email = forms.EmailField(label="Email", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(choices=ROLE_CHOICES, initial=Role.CLERK)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class ApiKeyForm(forms.Form):
    name = forms.CharField(label="What is it for?", max_length=80, help_text="Such as “Web shop” or “Accountant’s export”.")
    role = forms.ChoiceField(label="It may do what this role may", choices=ROLE_CHOICES, initial=Role.VIEWER)
    scopes = forms.MultipleChoiceField(
        label="Only for",
        choices=Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of it.",
    )
