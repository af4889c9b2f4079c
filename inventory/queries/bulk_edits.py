"""Edits of many products: the list of them, and what each did."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Business
from common.money import step
from inventory.bulk_values import LABELS, NUMBERS, value_of
from inventory.models import BulkEdit, BulkEditRow, Category
from inventory.models.bulk_edit import BulkEditQuerySet

SHOWN = 1_000


@dataclass(frozen=True)
class EditedRow:
    """A row in words: a category by its name, a price in the currency's places, none as “none”."""

    row: BulkEditRow
    field: str
    before: str
    after: str


def get_edits(business: Business) -> BulkEditQuerySet:
    return BulkEdit.objects.for_business(business).select_related("made_by__user", "undoes")


def get_edited_rows(edit: BulkEdit, business: Business) -> list[EditedRow]:
    """What it did, what it left first; of very many the first `SHOWN`."""
    left = edit.rows.filter(~Q(reason="")).select_related("product").order_by("product__name", "pk")
    done = edit.rows.filter(reason="").select_related("product").order_by("product__name", "pk")
    return in_words([*left[:SHOWN], *done[:SHOWN]][:SHOWN], business)


def in_words(rows: Sequence[BulkEditRow], business: Business) -> list[EditedRow]:
    say = teller(business, {row.field for row in rows})
    return [EditedRow(row, LABELS[row.field], say(row.field, row.before), say(row.field, row.after)) for row in rows]


class teller:  # noqa: N801  (used like a function)
    """Says a stored value in words."""

    def __init__(self, business: Business, fields: set[str]) -> None:
        self._step = step(business.currency)
        rows = Category.objects.for_business(business) if "category" in fields else Category.objects.none()
        self._names = {str(pk): name for pk, name in rows.values_list("pk", "name")}

    def __call__(self, field: str, text: str) -> str:
        if field == "category":
            return self._names.get(text, "none" if not text else "one that is gone")
        if field == "price" and text:
            return f"{value_of(field, text).quantize(self._step):,f}"
        if field == "tax_rate":
            return f"{text} %"
        return text or ("not set" if field in NUMBERS else "none")
