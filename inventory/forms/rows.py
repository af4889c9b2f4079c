from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField, QuickSelect, quantity_field
from inventory.bulk_values import stored, text_of
from inventory.forms.stock import LARGEST_ID
from inventory.models import Category, Product
from inventory.services.row_edit import IN_A_ROW

Choices = Sequence[tuple[int, str]]
NOW = {"reorder_point": "not set", "category": "No category"}


@dataclass(frozen=True)
class Cell:
    """A field of a row, and what somebody else has put there meanwhile ("" where nobody has)."""

    bound: forms.BoundField
    label: str
    theirs: str


class RowForm(forms.Form):
    """One product in the list; its inputs stand in cells of a table, so each names its form."""

    name = forms.CharField(max_length=200)
    sku = forms.CharField(label="SKU", max_length=64)
    category = forms.ChoiceField(required=False, widget=QuickSelect)
    reorder_point = quantity_field(label="Low at", required=False)
    price = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="price")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_ID)

    def __init__(self, data: Mapping[str, Any] | None = None, *, product: Product, categories: Choices, currency: str) -> None:
        was = {name: getattr(product, name) for name in (*IN_A_ROW, "version")}
        was |= {"category": product.category_id or "", "price": str(money.rounded(product.price, currency))}
        super().__init__(data, auto_id=f"p{product.pk}_%s", initial=was)
        self._currency = currency
        self.product, self._choices = product, [("", "No category"), *((str(pk), name) for pk, name in categories)]
        self.fields["category"].choices = self._choices  # type: ignore[attr-defined]
        self.fields["price"].places = money.places(currency)  # type: ignore[attr-defined]
        if product.effective_reorder_point is not None:
            placeholder = self.fields["reorder_point"].prepare_value(product.effective_reorder_point)
            self.fields["reorder_point"].widget.attrs["placeholder"] = placeholder
        for name in IN_A_ROW:
            field = self.fields[name]
            shown = field.prepare_value(was[name])
            field.widget.attrs |= {"form": f"row{product.pk}", "data-was": "" if shown is None else shown}
            field.widget.attrs["aria-label"] = f"{field.label or name.capitalize()} of {product.label}"

    @property
    def values(self) -> dict[str, Any]:
        """As the services take them."""
        given = {name: self.cleaned_data[name] for name in IN_A_ROW}
        pk = given["category"]
        return given | {"category": Category.objects.get(pk=pk, business=self.product.business_id) if pk else None}

    @property
    def cells(self) -> list[Cell]:
        return [Cell(self[name], str(self[name].label), "") for name in IN_A_ROW]

    def cells_beside(self, product: Product) -> list[Cell]:
        """Beside each value that differs, what the product has now."""
        return [Cell(self[name], str(self[name].label), self._theirs(product, name)) for name in IN_A_ROW]

    def _theirs(self, product: Product, name: str) -> str:
        now = stored(product, name)
        if now == text_of(name, self.cleaned_data[name] if name != "category" else self.cleaned_data[name] or None):
            return ""
        if name == "category":
            return dict(self._choices).get(now, "No category")
        if name == "price":
            return str(money.rounded(product.price, self._currency))
        return str(self.fields[name].prepare_value(getattr(product, name)) if now else NOW[name])
