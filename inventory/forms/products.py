from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Business
from common import money
from common.fields import LARGEST_AMOUNT
from common.form_fields import NumberField, WholeField, cost_field, quantity_field
from inventory.models import Category, Product
from inventory.queries.products import SORTS, ProductFilters
from inventory.units import Unit

MOST_BARCODES = 50
LONGEST_CODE = 64
OPTIONS = 3
MOST_DAYS = 3650
STATES = [("", "All states"), ("low", "Low"), ("out", "Out"), ("ok", "Fine"), ("negative", "Below zero")]
ACTIVE = [("yes", "Active"), ("no", "Archived"), ("all", "Both")]


class ProductFilterForm(forms.Form):
    """What the list is narrowed to; a value that makes no sense narrows nothing."""

    q = forms.CharField(label="Search", required=False, max_length=200)
    category = forms.ChoiceField(required=False)
    stock = forms.ChoiceField(label="State", required=False, choices=STATES)
    active = forms.ChoiceField(label="Show", required=False, choices=ACTIVE)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS], widget=forms.HiddenInput)

    def __init__(self, *args: Any, categories: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "All categories"), *categories]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs |= {"placeholder": "Name, code or barcode", "type": "search"}

    @property
    def filters(self) -> ProductFilters:
        self.full_clean()
        given = self.cleaned_data
        category = given.get("category")
        return ProductFilters(
            given.get("q", ""), int(category) if category else None, given.get("stock", ""), given.get("active") or "yes"
        )

    @property
    def order(self) -> str:
        self.full_clean()
        return self.cleaned_data.get("sort") or "name"


class ProductForm(forms.Form):
    """A product's own values. Its category is chosen, or named and made at once."""

    name = forms.CharField(max_length=200)
    variant = forms.CharField(max_length=80, required=False, help_text="What sets it apart from its sisters: “Red, M”.")
    sku = forms.CharField(
        label="SKU", max_length=64, required=False, help_text="Your own code. Left empty, one is made from the name."
    )
    category = forms.ChoiceField(required=False)
    new_category = forms.CharField(max_length=120, required=False, help_text="A name typed here makes a category.")
    price = NumberField(least=0, most=LARGEST_AMOUNT, places=4, what="price")
    tax_rate = NumberField(label="Tax rate, %", least=0, most=100, places=3, what="rate")
    cost = cost_field(required=False, help_text="What you expect to pay for one.")
    unit = forms.ChoiceField(choices=Unit.choices, help_text="What one of it is.")
    barcodes = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), help_text="One a line. Scan here to add."
    )
    reorder_point = quantity_field(required=False, help_text="At this many or fewer it is low. Empty: its category's own.")
    reorder_quantity = quantity_field(required=False, help_text="How many to order then.")
    is_stocked = forms.BooleanField(label="Has stock", required=False, initial=True, help_text="Off for services and postage.")
    tracks_batches = forms.BooleanField(
        label="It expires", required=False, help_text="Each receipt then says when. What expires first is sold first."
    )
    warn_days = WholeField(
        label="Warn so many days before",
        required=False,
        least=0,
        most=MOST_DAYS,
        help_text="Empty: as in Settings.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, business: Business, product: Product | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(business, product) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._categories = list(Category.objects.for_business(business))
        self.fields["category"].choices = [("", "No category"), *((c.pk, _named(c)) for c in self._categories)]  # type: ignore[attr-defined]
        self.fields["price"].places = money.places(business.currency)  # type: ignore[attr-defined]
        self.fields["sku"].required = product is not None
        if product is None or not product.parent_id:
            del self.fields["variant"]
        if product is not None:
            self.fields["sku"].help_text = "Your own code."

    def clean_barcodes(self) -> list[str]:
        codes = [code.strip() for code in self.cleaned_data["barcodes"].splitlines() if code.strip()]
        if len(codes) > MOST_BARCODES:
            raise forms.ValidationError(f"A product has at most {MOST_BARCODES} barcodes.")
        if long := [code for code in codes if len(code) > LONGEST_CODE]:
            raise forms.ValidationError(f"“{long[0][:20]}…” is too long: a barcode has at most {LONGEST_CODE} characters.")
        return codes

    def clean_reorder_quantity(self) -> Any:
        if self.cleaned_data["reorder_quantity"] == 0:
            raise forms.ValidationError("Enter a quantity above 0, or leave it empty.")
        return self.cleaned_data["reorder_quantity"]

    def meet_version(self, version: int) -> None:
        """Show the same input again, to be saved over a version that came meanwhile."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        self.data = data

    @property
    def values(self) -> dict[str, Any]:
        """The product's fields, as the services take them."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"barcodes", "new_category", "version", "category"}
        }
        chosen = self.cleaned_data.get("category")
        return given | {"category": next((c for c in self._categories if str(c.pk) == chosen), None)}


class PackForm(forms.Form):
    name = forms.CharField(max_length=40, help_text="Case, box, tray.")
    factor = quantity_field(label="How many in it", help_text="Of the product's own unit.")


class VariantsForm(forms.Form):
    """Up to three options, each with its values, separated by commas."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, example in enumerate(["Colour", "Size", "Material"][:OPTIONS], start=1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=f"Option {number}", max_length=40, required=number == 1, initial=example if number == 1 else ""
            )
            self.fields[f"values_{number}"] = forms.CharField(
                label="Its values",
                max_length=2000,
                required=number == 1,
                widget=forms.TextInput(attrs={"placeholder": "Red, Blue, Green"} if number == 1 else {}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = [cleaned.get(f"name_{n}") for n in range(1, OPTIONS + 1)]
        for number in range(1, OPTIONS + 1):
            if bool(cleaned.get(f"name_{number}")) != bool(cleaned.get(f"values_{number}")) and number > 1:
                self.add_error(f"values_{number}", "Give the option a name and at least one value, or leave both empty.")
        if len({name.casefold() for name in names if name}) != len([name for name in names if name]):
            self.add_error(None, "Two options have the same name.")
        return cleaned

    @property
    def options(self) -> dict[str, list[str]]:
        pairs = [(self.cleaned_data.get(f"name_{n}"), self.cleaned_data.get(f"values_{n}")) for n in range(1, OPTIONS + 1)]
        return {name: [value.strip() for value in values.split(",")] for name, values in pairs if name and values}

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"name_{n}"], self[f"values_{n}"]) for n in range(1, OPTIONS + 1)]


def _named(category: Category) -> str:
    point = category.default_reorder_point
    return category.name if point is None else f"{category.name}, low at {point.normalize():f}"


def _initial(business: Business, product: Product | None) -> dict[str, Any]:
    if product is None:
        return {"tax_rate": business.default_tax_rate, "unit": Unit.EACH}
    names = [
        "name",
        "variant",
        "sku",
        "unit",
        "price",
        "tax_rate",
        "cost",
        "reorder_point",
        "reorder_quantity",
        "is_stocked",
        "tracks_batches",
        "warn_days",
        "version",
    ]
    values = {name: getattr(product, name) for name in names}
    codes = product.barcodes.order_by("pk").values_list("code", flat=True)
    return values | {"category": product.category_id, "barcodes": "\n".join(codes)}
