from typing import Any

from django import forms

from common.form_fields import WholeField
from inventory.forms.stock import LARGEST_ID, Choices
from inventory.labels import LAYOUTS

MOST_LABELS = 2000
COPIES = [("one", "One of each"), ("stock", "As many as are on hand"), ("number", "So many of each:")]


class LabelsForm(forms.Form):
    """Which products, how many labels of each, on what paper."""

    q = forms.CharField(label="Search", required=False, max_length=200)
    category = forms.ChoiceField(required=False)
    product = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=LARGEST_ID)
    layout = forms.ChoiceField(label="Paper", choices=[(name, layout.name) for name, layout in LAYOUTS.items()])
    copies = forms.ChoiceField(label="How many", choices=COPIES)
    number = WholeField(label="Of each", required=False, least=1, most=MOST_LABELS)
    first = WholeField(label="First free sticker", least=1, most=65, help_text="Of a sheet that was begun.")

    def __init__(self, data: Any, *, categories: Choices) -> None:
        initial = {"layout": "a4-24", "copies": "one", "first": "1"}
        super().__init__({**initial, **{name: value for name, value in data.items() if value}})
        self.fields["category"].choices = [("", "All categories"), *categories]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs |= {"placeholder": "Name, code or barcode"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("copies") == "number" and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", "Enter how many of each.")
        layout = LAYOUTS.get(cleaned.get("layout", ""))
        if layout and cleaned.get("first", 1) > layout.on_a_page:
            self.add_error("first", f"A sheet has {layout.on_a_page}.")
        return cleaned
