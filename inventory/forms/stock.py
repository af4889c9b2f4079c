"""What comes to the shelf, leaves it or moves: a head and lines, which work with and without a script."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from accounts.models import Business, Member
from accounts.permissions import Action
from common.errors import DomainError
from common.fields import LARGEST_QUANTITY
from common.form_fields import DayField, cost_field, moment_field, quantity_field
from inventory import units
from inventory.models import MovementKind, Product
from inventory.queries.stock import (
    BOUGHT_TOGETHER,
    CHANGES,
    CORRECTIONS,
    SALES_TOGETHER,
    LevelFilters,
    MovementFilters,
    get_products_by_id,
)
from inventory.services.stock import StockLine
from inventory.shelves import BatchRef, ProductRef

MOST_LINES = 100
LARGEST_ID = 2**63 - 1
KINDS_TOGETHER = [
    (SALES_TOGETHER, "Sold and come back"),
    (BOUGHT_TOGETHER, "Received and sent back"),
    (CORRECTIONS, "Adjusted, taken or counted"),
    (CHANGES, "All but moved"),
]
STATES = [
    ("", "All states"),
    ("low", "Low"),
    ("out", "Out"),
    ("ok", "Fine"),
    ("negative", "Below zero"),
    ("expiring", "Expiring"),
]
REASONS = {
    "adjust": ["Counted", "Found", "Lost", "Entered wrongly"],
    "take": ["Broken", "Expired", "Used in the shop", "Given away"],
}
DATED = {"receive", "adjust"}  # what comes by these says when it expires, where its product has batches
SEND = "send"
HOWS = [("now", "At once: it is there already"), (SEND, "Later: send it, to be received there")]
Choices = Sequence[tuple[int, str]]


class StockLineForm(forms.Form):
    """One product with a quantity. `product_of` is the row that the code in it means, set by the lines as a whole."""

    product = forms.IntegerField(widget=forms.HiddenInput, max_value=LARGEST_ID)
    quantity = quantity_field()
    unit = forms.CharField(required=False, max_length=40)
    unit_cost = cost_field(label="Cost of one", required=False)
    expires_on = DayField(label="Expires on", required=False)
    batch_code = forms.CharField(label="Batch", required=False, max_length=64)
    product_of: Product | None = None

    def __init__(self, *args: Any, kind: str, products: dict[int, Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product_of = products.get(_number(self["product"].value()))
        label = self.product_of.label if self.product_of else "this line"
        self.fields["quantity"].widget.attrs["aria-label"] = f"Quantity of {label}"
        self.fields["unit_cost"].widget.attrs["aria-label"] = f"Cost of one {label}"
        self.fields["unit"].widget = forms.Select(attrs={"aria-label": f"Unit of {label}"}, choices=_units(self.product_of))
        if kind == "adjust":
            self.fields["quantity"].least = -LARGEST_QUANTITY  # type: ignore[attr-defined]
        if kind != "receive":
            del self.fields["unit_cost"]
        if kind not in DATED or not (self.product_of and self.product_of.tracks_batches):
            del self.fields["expires_on"], self.fields["batch_code"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.product_of is None:
            self.add_error("product", "There is no such product.")
        elif cleaned.get("quantity") is not None:
            self._check(self.product_of, cleaned)
        return cleaned

    def _check(self, product: Product, cleaned: dict[str, Any]) -> None:
        packs = {pack.name: pack.factor for pack in product.packs.all()}
        try:
            factor = units.factor(given=cleaned.get("unit") or product.unit, base=product.unit, packs=packs, label=product.label)
            units.checked(cleaned["quantity"] * factor, unit=product.unit, label=product.label)
        except DomainError as error:
            self.add_error(error.field, error.message)

    @property
    def line(self) -> StockLine:
        given = self.cleaned_data
        batch = BatchRef(given.get("batch_code", ""), given.get("expires_on"))
        cost = given.get("unit_cost")
        return StockLine(
            ProductRef(product=given["product"]), given["quantity"], given["unit"], cost, batch=batch if batch.key else None
        )


class StockForm(forms.Form):
    """The head of a receipt, an adjustment, a taking or a transfer. Its `key` keeps a second click from doing it again."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=100)
    location = forms.ChoiceField()
    to = forms.ChoiceField(label="To")
    how = forms.ChoiceField(label="It arrives", choices=HOWS)
    reason = forms.CharField(max_length=255, required=False)

    def __init__(self, *args: Any, kind: str, locations: Choices, by: Member, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4().hex, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if by.may(Action.BACK_DATE):
            self.fields["occurred_at"] = moment_field(zone=by.business.timezone)
        self.fields["location"].choices = self.fields["to"].choices = list(locations)  # type: ignore[attr-defined]
        if kind == "transfer":
            self.fields["location"].label = "From"
            self.fields["to"].initial = locations[1][0] if len(locations) > 1 else None
        else:
            del self.fields["to"], self.fields["how"]
        if kind in REASONS:
            self.fields["reason"].widget.attrs["list"] = "reasons"
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Say why, so that it can be understood later."
        else:
            self.fields["reason"].label = "Note"
        self.reasons = REASONS.get(kind, [])

    @property
    def is_sent(self) -> bool:
        """Whether it goes in two steps: it is received later, by somebody there."""
        return self.cleaned_data.get("how") == SEND


class LevelFilterForm(forms.Form):
    q = forms.CharField(label="Search", required=False, max_length=200)
    location = forms.ChoiceField(required=False)
    stock = forms.ChoiceField(label="State", required=False, choices=STATES)

    def __init__(self, *args: Any, locations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = [("", "All locations"), *locations]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs |= {"placeholder": "Name, code or barcode"}

    @property
    def filters(self) -> LevelFilters:
        self.full_clean()
        given = self.cleaned_data
        return LevelFilters(given.get("q", ""), _number(given.get("location")) or None, given.get("stock", ""))


class MovementFilterForm(forms.Form):
    q = forms.CharField(label="Product", required=False, max_length=200)
    product = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=LARGEST_ID)
    kind = forms.ChoiceField(required=False, choices=[("", "All kinds"), *MovementKind.choices, *KINDS_TOGETHER])
    location = forms.ChoiceField(required=False)
    category = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=LARGEST_ID)
    way = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=[("in", "in"), ("out", "out")])
    reason = forms.CharField(required=False, widget=forms.HiddenInput, max_length=255, strip=False)
    has_reason = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=[("no", "no")])
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, locations: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = [("", "All locations"), *locations]  # type: ignore[attr-defined]

    @property
    def filters(self) -> MovementFilters:
        self.full_clean()
        given = self.cleaned_data
        return MovementFilters(
            text=given.get("q", ""),
            product=given.get("product"),
            kind=given.get("kind", ""),
            location=_number(given.get("location")) or None,
            first=given.get("first"),
            last=given.get("last"),
            category=given.get("category"),
            way=given.get("way", ""),
            reason=given.get("reason", ""),
            has_reason=given.get("has_reason", ""),
        )


class StockLines(BaseFormSet):  # type: ignore[type-arg]  # it has no generics at run time
    """The lines of one document."""

    def clean(self) -> None:
        if not self.forms:
            raise forms.ValidationError("Add at least one product.")

    @property
    def filled(self) -> list[StockLineForm]:
        return [form for form in self.forms if form.cleaned_data]

    @property
    def lines(self) -> list[StockLine]:
        return [form.line for form in self.filled]

    def blame(self, error: DomainError) -> bool:
        """Show a refusal on the line that it means, if it names one."""
        if error.line is None:
            return False
        form = self.filled[error.line]
        form.add_error(error.field if error.field in form.fields else "quantity", error.message)
        return True


_Lines = formset_factory(
    StockLineForm, formset=StockLines, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


def lines_form(*, kind: str, business: Business, data: QueryDict | None, rows: Sequence[Mapping[str, str]]) -> StockLines:
    """The lines that were sent, to be checked, or `rows` as they stand, to be gone on with."""
    products = get_products_by_id(business=business, ids=[_number(row["product"]) for row in rows])
    options: dict[str, Any] = {"prefix": "line", "form_kwargs": {"kind": kind, "products": products}}
    lines = _Lines(data, **options) if data is not None else _Lines(initial=rows, **options)
    return cast(StockLines, lines)


def _units(product: Product | None) -> list[tuple[str, str]]:
    """Its own unit, its packs, and what converts to its unit."""
    if product is None:
        return [("", "")]
    packs = [(pack.name, str(pack)) for pack in product.packs.all()]
    kin = [(unit.value, unit.label) for unit in units.kin(product.unit)]
    return [(product.unit, product.get_unit_display()), *packs, *kin]


def _number(value: Any) -> int:
    """A row's id, or 0 for what cannot be one."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        return 0
    return number if 0 < number <= LARGEST_ID else 0
