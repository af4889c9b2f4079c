from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Business
from common.fields import LARGEST_AMOUNT, MONEY_PLACES
from common.form_fields import NumberField
from inventory.models import Category
from inventory.pricing import roundings
from inventory.services.bulk_changes import MAY_BE_NONE, PRICES, VALUED, BulkChange, Change

LABELS = {
    BulkChange.PRICE: "New price",
    BulkChange.PRICE_PERCENT: "Per cent",
    BulkChange.PRICE_AMOUNT: "Amount",
    BulkChange.PRICE_MARGIN: "Margin, % of the net price",
    BulkChange.REORDER_POINT: "Low at",
    BulkChange.REORDER_QUANTITY: "Then order",
    BulkChange.TAX_RATE: "Tax rate, %",
}
HINTS = {
    BulkChange.PRICE_PERCENT: "5 raises, −5 lowers.",
    BulkChange.PRICE_AMOUNT: "0.50 raises, −0.50 lowers.",
    BulkChange.REORDER_POINT: "Empty: their category's own.",
    BulkChange.REORDER_QUANTITY: "Empty: not set.",
}


class BulkForm(forms.Form):
    """What is to be changed; of the rest it asks only what that change needs."""

    change = forms.ChoiceField(label="What to change", choices=[("", "Choose"), *BulkChange.choices])
    value = NumberField(least=-LARGEST_AMOUNT, most=LARGEST_AMOUNT, places=MONEY_PLACES)
    to = forms.ChoiceField(label="Category", required=False)
    rounding = forms.ChoiceField(label="Round it", required=False)

    def __init__(self, data: QueryDict, *, business: Business) -> None:
        super().__init__(data if "preview" in data else None, initial=data.dict())
        self._categories = {str(each.pk): each for each in Category.objects.for_business(business)}
        asked = data.get("change", "")
        self.what = BulkChange(asked) if asked in BulkChange.values else None
        self._ask(business)

    def _ask(self, business: Business) -> None:
        what, fields = self.what, self.fields
        fields["to"].choices = [("", "No category"), *((pk, each.name) for pk, each in self._categories.items())]  # type: ignore[attr-defined]
        fields["rounding"].choices = roundings(business.currency)  # type: ignore[attr-defined]
        if what in VALUED:
            fields["value"].label, fields["value"].help_text = LABELS[what], HINTS.get(what, "")
            fields["value"].required = what not in MAY_BE_NONE
        else:
            del fields["value"]
        if what != BulkChange.CATEGORY:
            del fields["to"]
        if what not in PRICES or what == BulkChange.PRICE:
            del fields["rounding"]

    @property
    def asks_nothing_more(self) -> bool:
        return self.what is not None and len(self.fields) == 1

    @property
    def wanted(self) -> Change:
        given: dict[str, Any] = self.cleaned_data
        value: Decimal | None = given.get("value")
        return Change(BulkChange(given["change"]), value, self._categories.get(given.get("to", "")), given.get("rounding", ""))
