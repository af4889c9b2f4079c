from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Business
from expenses.services.export import Format

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ExportForm(forms.Form):
    form = forms.ChoiceField(
        label="As", choices=[(each.name.lower(), each.label) for each in Format], initial="xlsx", widget=forms.RadioSelect
    )
    since = forms.DateField(label="From", widget=DATE, required=False, help_text="Empty: from the beginning.")
    until = forms.DateField(label="To", widget=DATE, help_text="This day included.")

    def __init__(self, data: Any = None, *, business: Business) -> None:
        super().__init__(data, initial={"until": business.local_day(timezone.now())})

    def wanted(self) -> dict[str, Any]:
        return self.cleaned_data | {"form": Format[self.cleaned_data["form"].upper()]}
