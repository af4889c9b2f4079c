"""What is sent to file expenses that nobody has filed yet."""

import re
from typing import Any

from django import forms

from accounts.models import Business
from common.ids import as_id
from expenses.forms.choices import Categories, CategoryField
from expenses.forms.control import SEEN
from expenses.services.filing import Pick

SEEN_UNDER = re.compile(r"([0-9]{1,18}):([0-9]{1,9}):([0-9]{1,18})", re.ASCII)
LEVELS = (50, 60, 70, 80, 90, 95)
USUAL_LEVEL = 80


class FileOneForm(forms.Form):
    """One expense, as "id:version" of what was looked at, and its category."""

    picked = forms.RegexField(SEEN, widget=forms.HiddenInput)
    category = CategoryField(empty="Choose one", error_messages={"required": "Choose a category."})

    def __init__(self, data: Any = None, *, categories: Categories, initial: Any = None) -> None:
        picked = (data or initial or {}).get("picked", "")
        super().__init__(data, initial=initial, auto_id=f"id_{as_id(picked.partition(':')[0])}_%s")
        self.fields["category"].categories = categories  # type: ignore[attr-defined]

    def picks(self) -> list[Pick]:
        expense, _, version = self.cleaned_data["picked"].partition(":")
        return [Pick(int(expense), int(version), self.cleaned_data["category"].pk)]


class FileManyForm(forms.Form):
    """Those that stay ticked, each as "id:version:category" of what was shown."""

    picked = forms.Field(widget=forms.MultipleHiddenInput, error_messages={"required": "Tick at least one."})

    def clean_picked(self) -> list[Pick]:
        found = [SEEN_UNDER.fullmatch(each) for each in self.cleaned_data["picked"]]
        if not all(found):
            raise forms.ValidationError("Choose from the list.")
        return [Pick(int(each[1]), int(each[2]), int(each[3])) for each in found if each]


class LevelForm(forms.Form):
    """How sure a suggestion has to be."""

    least = forms.TypedChoiceField(
        label="Suggestions right at least",
        choices=[(level, f"{level} times in 100") for level in LEVELS],
        coerce=int,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"least": USUAL_LEVEL})


def offered(business: Business) -> Categories:
    """All that something can be filed under; “To be filed” is where it comes from."""
    return Categories(business, to_file=True)
