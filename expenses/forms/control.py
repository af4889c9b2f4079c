"""Papers, approval and closing: the shapes of what is sent; the rules are the services'."""

import re
from typing import Any

from django import forms

from accounts.models import Business
from expenses.services.papers import Sent

SEEN = re.compile(r"([0-9]{1,18}):([0-9]{1,9})", re.ASCII)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in files or [None]]


class PapersForm(forms.Form):
    file = FilesField(
        label="Receipts",
        allow_empty_file=True,
        error_messages={"required": "Choose a file."},
        help_text="PDF, JPEG, PNG, WebP or HEIC, up to 10 MB each.",
        widget=ManyFiles(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp,.heic,image/*"}),
    )

    def sent(self) -> list[Sent]:
        return [Sent(upload.file, upload.name or "") for upload in self.cleaned_data["file"]]


class ApprovalForm(forms.Form):
    """Which expenses, each as "id:version" of what was looked at, and what becomes of them."""

    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("refuse", "Refuse")])
    picked = forms.Field(widget=forms.MultipleHiddenInput, required=False)
    reason = forms.CharField(
        label="Why, if you refuse", max_length=255, required=False, help_text="It goes to whoever entered the expense."
    )

    def clean_picked(self) -> dict[int, int | None]:
        found = [SEEN.fullmatch(each) for each in self.cleaned_data["picked"] or ()]
        if not all(found):
            raise forms.ValidationError("Choose from the list.")
        return {int(each[1]): int(each[2]) for each in found if each}


class CloseForm(forms.Form):
    closed_until = forms.DateField(
        label="Close up to and with",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a date, for example 2026-12-31."},
    )
    reason = forms.CharField(label="Why", max_length=255, required=False, help_text="Stands in the audit log.")

    def __init__(self, data: Any = None, *, business: Business) -> None:
        super().__init__(data, initial={"closed_until": business.closed_until})


class ReopenForm(forms.Form):
    prefix = "reopen"  # it stands beside the other, which asks why too
    reason = forms.CharField(label="Why", max_length=255, help_text="Stands in the audit log.")
