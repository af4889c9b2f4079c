from typing import Any
from uuid import uuid4

from django import forms

from common.form_fields import quantity_field
from inventory.forms.stock import Choices


class StartCountForm(forms.Form):
    location = forms.ChoiceField(label="Where")
    category = forms.ChoiceField(label="What", required=False)
    note = forms.CharField(required=False, max_length=255)

    def __init__(self, *args: Any, locations: Choices, categories: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = list(locations)  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "Everything there"), *categories]  # type: ignore[attr-defined]


class CountForm(forms.Form):
    """A scan with how many lie there. Its `key` keeps a second click from counting them twice."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=100)
    scan = forms.CharField(label="Scan or search", required=False, max_length=200)
    quantity = quantity_field(label="How many")
    instead = forms.BooleanField(label="In place of what was counted of it before", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4().hex, "quantity": "1", **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["quantity"].least = 0  # type: ignore[attr-defined]  # none found is a count too


class ApproveCountForm(forms.Form):
    missing_are_none = forms.BooleanField(label="What nobody counted is not there", required=False)
