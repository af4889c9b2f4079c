from typing import Any

from django import forms

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField, WholeField, quantity_field
from expenses.models import ExpenseCategory
from inventory import units
from inventory.models import Product
from purchasing.models import Offer, Supplier
from purchasing.services.suppliers import LONGEST_LEAD


class SupplierForm(forms.Form):
    name = forms.CharField(max_length=120)
    contact = forms.CharField(label="Person", max_length=120, required=False)
    email = forms.EmailField(max_length=254, required=False, help_text="Orders are sent here.")
    phone = forms.CharField(max_length=40, required=False)
    account_number = forms.CharField(label="Your number there", max_length=60, required=False)
    lead_days = WholeField(
        label="Days until goods come",
        required=False,
        least=0,
        most=LONGEST_LEAD,
        help_text="Empty: learned from what they deliver.",
    )
    minimum_order = NumberField(
        label="Least order",
        least=0,
        most=LARGEST_AMOUNT,
        places=4,
        what="amount",
        required=False,
        help_text="What an order must come to.",
    )
    category = forms.ChoiceField(label="File their bills under", required=False)
    note = forms.CharField(max_length=255, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, business: Business, supplier: Supplier | None = None) -> None:
        super().__init__(data, initial=_of_supplier(supplier) if supplier else {})
        rows = ExpenseCategory.objects.for_business(business).filter(is_active=True).order_by("name", "pk")
        self._categories = {str(category.pk): category for category in rows}
        choices = [(pk, category.name) for pk, category in self._categories.items()]
        self.fields["category"].choices = [("", "Chosen on each bill"), *choices]  # type: ignore[attr-defined]
        self.fields["minimum_order"].places = money.places(business.currency)  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return given | {"category": self._categories.get(given["category"])}


class OfferForm(forms.Form):
    """What a supplier sells of one product, which the page has chosen before."""

    unit = forms.ChoiceField(label="Ordered by the")
    price = NumberField(label="Price of one", least=0, most=LARGEST_AMOUNT, places=4, what="price")
    code = forms.CharField(label="Their code", max_length=64, required=False, help_text="It stands on your orders.")
    minimum = quantity_field(label="Fewest in one order", required=False)
    is_preferred = forms.BooleanField(label="Buy it here first", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, business: Business, product: Product, offer: Offer | None = None) -> None:
        initial = {"unit": product.unit, "price": product.cost and money.rounded(product.cost, business.currency)}
        super().__init__(data, initial=_of_offer(offer) if offer else initial)
        self.fields["unit"].choices = unit_choices(product, kept=offer.unit if offer else "")  # type: ignore[attr-defined]
        self.fields["price"].places = money.places(business.currency)  # type: ignore[attr-defined]
        if offer is None:
            del self.fields["is_preferred"]

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def unit_choices(product: Product, *, kept: str = "") -> list[tuple[str, str]]:
    """Its own unit, its packs, what converts to its unit, and the one that is kept though it is none any more."""
    packs = [(pack.name, str(pack)) for pack in product.packs.all()]
    kin = [(unit.value, unit.label) for unit in units.kin(product.unit)]
    choices = [(product.unit, product.get_unit_display()), *packs, *kin]
    return choices if not kept or kept in dict(choices) else [*choices, (kept, f"{kept} (no longer a pack of it)")]


def _of_supplier(supplier: Supplier) -> dict[str, Any]:
    names = ("name", "contact", "email", "phone", "account_number", "lead_days", "minimum_order", "note", "version")
    return {name: getattr(supplier, name) for name in names} | {"category": supplier.category_id}


def _of_offer(offer: Offer) -> dict[str, Any]:
    names = ("unit", "price", "code", "minimum", "is_preferred", "version")
    return {name: getattr(offer, name) for name in names}
