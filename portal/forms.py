from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Business
from accounts.queries import get_everybody
from expenses.periods import Period
from portal.reports import links, spans
from portal.reports.options import Option

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
DAYS = {"since", "until"}

ABOUT = [
    ("", "Everything"),
    ("team", "Team"),
    ("settings", "Settings"),
    ("keys", "API keys"),
    ("products", "Products"),
    ("stock", "Stock"),
    ("sales", "Sales"),
    ("orders", "Suppliers and orders"),
]


class AuditForm(forms.Form):
    """Filters of the audit log; the days are the business's own."""

    about = forms.ChoiceField(choices=ABOUT, required=False)
    person = forms.ChoiceField(required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, business: Business) -> None:
        super().__init__(data)
        people = [(str(m.user_id), m.user.get_full_name()) for m in get_everybody(business=business)]
        self.fields["person"] = forms.ChoiceField(choices=[("", "Everybody"), *people], required=False)
        self._business = business

    def wanted(self) -> dict[str, Any]:
        """Arguments for `audit.queries.get_entries`; a filter that makes no sense is left out."""
        if not self.is_bound:
            return {}
        self.is_valid()
        data = self.cleaned_data
        first, last = data.get("since"), data.get("until")
        return {
            "about": data.get("about", ""),
            "user_id": int(data["person"]) if data.get("person") else None,
            "since": self._business.days(first, first).since if first else None,
            "until": self._business.days(last, last).until if last else None,
        }


class ReportForm(forms.Form):
    """The days of a report: a usual period by its name, or from one day to another; and what else it can be asked.

    What makes no sense is said at the field, and the report is as it usually is.
    """

    since = forms.DateField(label="From", required=False, widget=DAY)
    until = forms.DateField(label="To", required=False, widget=DAY)

    def __init__(self, data: QueryDict, *, today: date, usual: str, options: Sequence[Option] = ()) -> None:
        self._named = spans.named(today)
        asked = data.get("period", "")
        self.name = asked if asked in self._named else usual
        has_days = data.get("since") or data.get("until")
        days = {name: data.get(name, "") for name in DAYS} if has_days else links.days(self._named[self.name])
        super().__init__(days | {option.key: data.get(option.key) or option.usual for option in options})
        self._options = options
        for option in options:
            self.fields[option.key] = option.field()
        if not self.errors.keys() & DAYS and has_days:
            self.name = ""

    def clean(self) -> dict[str, Any]:
        first, last = (self.cleaned_data.get(name) for name in ("since", "until"))
        if not self.errors.keys() & DAYS and (first or last):
            at, refusal = spans.refusal(first, last)
            if refusal:
                self.add_error({"first": "since", "last": "until"}[at], refusal)
        return self.cleaned_data

    @property
    def period(self) -> Period:
        return self._named[self.name] if self.name else Period(self.cleaned_data["since"], self.cleaned_data["until"])

    @property
    def chosen(self) -> dict[str, Any]:
        """By the keys of the options."""
        return {option.key: self.cleaned_data.get(option.key, option.usual) for option in self._options}

    @property
    def options(self) -> list[forms.BoundField]:
        return [self[option.key] for option in self._options]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The usual periods, by name."""
        return list(spans.NAMES.items())
