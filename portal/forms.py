from typing import Any

from django import forms

from accounts.models import Business
from accounts.queries import get_everybody

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
