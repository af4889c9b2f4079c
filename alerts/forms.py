from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms.models import model_to_dict

from accounts.forms import timezone_choices
from accounts.models import Business, Member
from alerts.models import AlertKind, Channel, DigestPreference, Rhythm
from alerts.queries import get_channels

MORNING = time(7)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
QUIET = [("", "Never"), *HOURS]
DAYS = {"tomorrow": 1, "week": 7}


class ResolveForm(forms.Form):
    note = forms.CharField(
        max_length=255, required=False, widget=forms.TextInput(attrs={"placeholder": "What was done: ordered on Monday"})
    )


class SnoozeForm(forms.Form):
    how = forms.ChoiceField(choices=[(name, name) for name in (*DAYS, "date")], widget=forms.HiddenInput)
    until = forms.DateField(
        label="Until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a date, for example 2026-12-24."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("how") == "date" and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", "Choose a date.")
        return cleaned

    def moment(self, *, business: Business, at: datetime) -> datetime:
        """Seven in the morning of the chosen day, on the business's own clock."""
        how = self.cleaned_data["how"]
        day = business.local_day(at) + timedelta(days=DAYS[how]) if how in DAYS else self.cleaned_data["until"]
        return datetime.combine(day, MORNING, tzinfo=ZoneInfo(business.timezone))


class PreferencesForm(forms.Form):
    """One choice of channel for each kind of alert."""

    def __init__(self, data: object = None, *, member: Member) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        chosen = get_channels(member=member)
        for kind in map(AlertKind, chosen):
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=Channel.choices, widget=forms.RadioSelect, initial=chosen[kind.value]
            )


class DigestForm(forms.Form):
    """When one gets the summary."""

    is_on = forms.BooleanField(label="Send me a summary", required=False)
    rhythm = forms.ChoiceField(label="How often", choices=Rhythm.choices, widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(label="Day of the weekly one", choices=list(enumerate(WEEKDAYS)), coerce=int)
    hour = forms.TypedChoiceField(label="Hour", choices=HOURS, coerce=int)
    timezone = forms.ChoiceField(label="On the clock of", required=False)
    quiet_from = forms.TypedChoiceField(label="No alerts from", choices=QUIET, coerce=int, required=False, empty_value=None)
    quiet_until = forms.TypedChoiceField(label="Until", choices=QUIET, coerce=int, required=False, empty_value=None)
    even_if_empty = forms.BooleanField(label="Write even if there is nothing to say", required=False)

    def __init__(self, data: object = None, *, chosen: DigestPreference) -> None:
        super().__init__(data, initial=model_to_dict(chosen))  # type: ignore[arg-type]
        zone = self.fields["timezone"]
        own = ("", f"{chosen.member.business.name} ({chosen.member.business.timezone})")
        zone.choices = [own, *timezone_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None) and not self.errors:
            self.add_error("quiet_until", "Choose both hours, or neither.")
        return cleaned
