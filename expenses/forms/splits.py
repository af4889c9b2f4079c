"""The rows of a split expense: plain fields that a browser without script can fill and add to."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField
from expenses.forms.choices import Categories, CategoryField
from expenses.services.record import Share

NAME = re.compile(r"splits-([0-9]{1,2})-(category|amount|note)")
FEWEST_ROWS, MOST_ROWS = 2, 100


class SplitRow(forms.Form):
    category = CategoryField(required=False, empty="Choose one")
    amount = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="amount", required=False)
    note = forms.CharField(max_length=255, required=False)

    def __init__(self, data: Any, *, index: int, categories: Categories, places: int, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=f"splits-{index}", initial=initial)
        self.fields["category"].categories = categories  # type: ignore[attr-defined]
        self.fields["amount"].places = places  # type: ignore[attr-defined]
        for name, label in (("category", "Category"), ("amount", "Amount"), ("note", "Note")):
            self.fields[name].label = f"{label} of part {index + 1}"

    @property
    def is_filled(self) -> bool:
        return any(self[name].value() for name in self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("category", "amount"):
            if self.is_filled and not self.errors.get(name) and not cleaned.get(name):
                self.add_error(name, "Choose a category." if name == "category" else "Enter an amount.")
        return cleaned

    def share(self) -> Share:
        return Share(self.cleaned_data["category"], self.cleaned_data["amount"], self.cleaned_data["note"])


class SplitRows:
    """As many rows as were sent or are there already, and at least two."""

    def __init__(self, data: Any, *, first: Sequence[Share], categories: Categories, places: int, more: int = 0) -> None:
        self.were_sent = bool(data) and any(NAME.fullmatch(name) for name in data)
        count = min(max(self._sent(data) + more, len(first), FEWEST_ROWS), MOST_ROWS)
        self.rows = [
            SplitRow(
                data if self.were_sent else None,
                index=index,
                categories=categories,
                places=places,
                initial=_initial(first[index]) if index < len(first) else {},
            )
            for index in range(count)
        ]

    def __iter__(self) -> Iterator[SplitRow]:
        return iter(self.rows)

    @property
    def filled(self) -> list[SplitRow]:
        return [row for row in self.rows if row.is_filled]

    @property
    def sum(self) -> Decimal | None:
        """What the rows come to, where they are numbers."""
        amounts = [row.cleaned_data.get("amount") for row in self.filled if row.is_bound and row.is_valid()]
        return sum((amount for amount in amounts if amount), Decimal(0)) if amounts else None

    def shares(self) -> list[Share]:
        """The filled rows, or ValidationError where one is not complete; the row says what is missing."""
        if not all([row.is_valid() for row in self.filled]):  # noqa: C419 — each row is to say what it lacks
            raise forms.ValidationError("Give each part a category and an amount, or leave it empty.")
        return [row.share() for row in self.filled]

    @staticmethod
    def _sent(data: Any) -> int:
        found = [int(match[1]) for name in data or () if (match := NAME.fullmatch(name))]
        return max(found, default=-1) + 1


def _initial(share: Share) -> dict[str, Any]:
    return {"category": share.category.pk, "amount": share.amount, "note": share.note}
