from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import Business, Member
from alerts.models import AlertKind, Channel
from alerts.queries import get_channels

MORNING = time(7)
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
