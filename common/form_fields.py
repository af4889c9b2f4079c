"""Form fields of the house: they say in a sentence what is wrong, and never pass on a number that no column holds."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common.fields import COST_PLACES, LARGEST_AMOUNT, LARGEST_QUANTITY, QUANTITY_PLACES

SELECTED = mark_safe(" selected")
MOMENT = "%Y-%m-%dT%H:%M"
FIRST_YEAR = 2000
DECIMAL_COMMA = re.compile(r"^([-+]?\d*),(\d{1,2})$")


class NumberInput(forms.TextInput):
    """Text, so that what was typed wrongly comes back as it was typed; phones still show their number pad."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class DecimalField(forms.DecimalField):
    """Takes 2,50 for 2.50 and the minus that pages print. With three places behind it, a comma may mean thousands: refused.

    So is 1e5, which is more often a slip of the finger than a hundred thousand.
    """

    widget = NumberInput
    default_error_messages = {"invalid": "Enter a number, for example 12.50."}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs derive it from IntegerField
        if isinstance(value, str):
            value = DECIMAL_COMMA.sub(r"\1.\2", value.strip().replace("\N{MINUS SIGN}", "-"))
            if "e" in value.lower():
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        number: Decimal | None = super().to_python(value)
        return number


class NumberField(DecimalField):
    def __init__(self, *, least: Decimal | int, most: Decimal | int, places: int, what: str = "number", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most, self.places, self.what = Decimal(least), Decimal(most), places, what

    @property
    def _one(self) -> str:
        return f"{'an' if self.what[0] in 'aeiou' else 'a'} {self.what}"

    def clean(self, value: Any) -> Decimal | None:
        number: Decimal | None = super().clean(value)
        if number is None:
            return None
        if not self.least <= number <= self.most:
            raise forms.ValidationError(f"Enter {self._one} between {self.least:,} and {self.most:,}.".replace("-", "−"))
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise forms.ValidationError(f"{self._one.capitalize()} has at most {self.places} decimal places.")
        return number

    def prepare_value(self, value: Any) -> Any:
        """Stored price of 12.5000 is shown as 12.50, a quantity of 3.000 as 3."""
        if not isinstance(value, Decimal):
            return value
        shown = f"{value.normalize():f}"
        return f"{shown}0" if shown[-2:-1] == "." and self.what in {"price", "cost", "amount"} else shown


class WholeField(forms.IntegerField):
    """A whole number; one sentence says which ones there are."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        sentence = f"Enter a whole number from {least:,} to {most:,}."
        errors = dict.fromkeys(["invalid", "min_value", "max_value"], sentence)
        super().__init__(min_value=least, max_value=most, error_messages=errors, **kwargs)


class DayField(forms.DateField):
    """A day, from the browser's calendar or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"error_messages": {"invalid": "Enter a date, for example 2026-12-24."}, **kwargs})


class MomentField(forms.Field):
    """A day and a time on the clock of a zone. Of an hour that comes twice, the first; of one that is left out, none."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    default_error_messages = {"invalid": "Enter a day and a time, for example 2026-12-24 17:30."}

    def __init__(self, *, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = ZoneInfo(zone)

    def to_python(self, value: Any) -> datetime | None:
        text = str(value or "").strip().replace(" ", "T", 1)
        if not text:
            return None
        try:
            shown = datetime.strptime(text, MOMENT if text.count(":") == 1 else f"{MOMENT}:%S")  # noqa: DTZ007  (the zone follows)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if shown.year < FIRST_YEAR:
            raise forms.ValidationError(f"Enter a day from 1 January {FIRST_YEAR} on.")
        return self._placed(shown)

    def _placed(self, shown: datetime) -> datetime:
        moment = shown.replace(tzinfo=self.zone).astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) != shown:
            day = f"{shown.day} {shown:%B %Y}"
            raise forms.ValidationError(f"The clocks were put forward: there was no {shown:%H:%M} on {day}. Enter another time.")
        return moment


def moment_field(*, zone: str) -> MomentField:
    """When something happened that is entered later; empty for now."""
    return MomentField(zone=zone, label="When", required=False, help_text="Leave it empty for now.")


def quantity_field(**kwargs: Any) -> NumberField:
    return NumberField(**{"least": 0, "most": LARGEST_QUANTITY, "places": QUANTITY_PLACES, "what": "quantity", **kwargs})


def cost_field(**kwargs: Any) -> NumberField:
    return NumberField(**{"least": 0, "most": LARGEST_AMOUNT, "places": COST_PLACES, "what": "cost", **kwargs})


class QuickSelect(forms.Select):
    """The same select of plain choices, written at once: a template for each option took half of the time of a page with many."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt({"name": name, **self.build_attrs(self.attrs, attrs)}), options)
