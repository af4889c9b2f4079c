from collections.abc import Sequence
from typing import Any

from django import forms

from common.form_fields import DayField, quantity_field
from inventory.shelves import BatchRef


class GiveDateForm(forms.Form):
    """When units expire of which nobody has said so yet."""

    quantity = quantity_field(label="How many")
    expires_on = DayField(label="Expires on", required=False)
    batch_code = forms.CharField(label="Batch", required=False, max_length=64)
    location = forms.ChoiceField(label="Where")

    def __init__(self, *args: Any, locations: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = list(locations)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("expires_on") or cleaned.get("batch_code") or self.errors):
            self.add_error("expires_on", "Say when they expire.")
        return cleaned

    @property
    def batch(self) -> BatchRef:
        return BatchRef(self.cleaned_data["batch_code"], self.cleaned_data["expires_on"])


class ChangeDateForm(forms.Form):
    expires_on = DayField(label="Expires on")
    reason = forms.CharField(label="Why", max_length=255, error_messages={"required": "Say why the day is another."})
