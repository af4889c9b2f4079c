"""Forms of transfers that are under way: found in their list, received, closed or cancelled."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms

from common.errors import DomainError
from common.form_fields import quantity_field
from common.ids import as_id
from inventory.models import StockTransfer, StockTransferLine, TransferState
from inventory.queries.transfers import OPEN, TransferFilters
from inventory.services.receive_transfer import Arrived

STATES = [("", "All"), (OPEN, "Under way"), *TransferState.choices]
LOST = "write_off"
RESTS = [("put_back", "It is put back where it came from"), (LOST, "It is lost: write it off")]


class TransferFilterForm(forms.Form):
    q = forms.CharField(label="Number or note", required=False, max_length=200)
    location = forms.ChoiceField(label="From or to", required=False)
    state = forms.ChoiceField(required=False, choices=STATES)

    def __init__(self, *args: Any, locations: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = [("", "Any place"), *locations]  # type: ignore[attr-defined]

    @property
    def filters(self) -> TransferFilters:
        self.full_clean()
        given = self.cleaned_data
        return TransferFilters(given.get("q", ""), given.get("state", ""), as_id(given.get("location") or "") or None)


class ReceiveTransferForm(forms.Form):
    """What came of each line. `version` is what was looked at; `key` keeps a second click out."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(max_length=255, required=False)

    def __init__(self, data: Any = None, *, transfer: StockTransfer, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"key": uuid4().hex, "version": transfer.version} | dict(initial))
        self.transfer_lines = [line for line in transfer.lines.all() if line.outstanding]
        for line in self.transfer_lines:
            field = quantity_field(label=f"Came of {line.product.label}", required=False)
            field.widget.attrs["aria-label"] = field.label
            self.fields[f"line-{line.pk}"] = field

    @property
    def rows(self) -> list[tuple[StockTransferLine, forms.BoundField]]:
        return [(line, self[f"line-{line.pk}"]) for line in self.transfer_lines]

    @property
    def came(self) -> list[Arrived]:
        given = [(line, self.cleaned_data[f"line-{line.pk}"]) for line in self.transfer_lines]
        return [Arrived(line.pk, quantity) for line, quantity in given if quantity]

    def blame(self, error: DomainError) -> None:
        """A refusal stands at the line it means."""
        name = error.field if error.line is None else f"line-{self.came[error.line].line}"
        self.add_error(name if name in self.fields else None, error.message)


class CancelTransferForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=255, required=False)


class CloseTransferForm(forms.Form):
    rest = forms.ChoiceField(label="What has not come", choices=RESTS, initial="put_back")
    reason = forms.CharField(label="Why?", max_length=255, required=False)

    @property
    def is_lost(self) -> bool:
        return self.cleaned_data.get("rest") == LOST

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_lost and "reason" in cleaned and not cleaned["reason"]:
            self.add_error("reason", "Say what became of what did not come.")
        return cleaned
