"""The forms of orders. Their lines work with and without a script."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from accounts.models import Business, Member
from accounts.permissions import Action
from common import money
from common.errors import DomainError
from common.fields import LARGEST_AMOUNT, LARGEST_QUANTITY
from common.form_fields import DayField, NumberField, moment_field, quantity_field
from common.ids import as_id
from expenses.models import ExpenseCategory
from inventory.models import Product
from inventory.queries.stock import get_products_by_id
from inventory.shelves import BatchRef, ProductRef
from purchasing.forms.suppliers import unit_choices
from purchasing.models import OrderState, PurchaseOrder
from purchasing.queries.orders import OPEN, OrderFilters
from purchasing.queries.suppliers import get_suppliers
from purchasing.services.lines import MOST_LINES, Wanted
from purchasing.services.receive import Came

LARGEST_ID = 2**63 - 1
STATES = [("", "All"), (OPEN, "Open"), *OrderState.choices]


class OrderFilterForm(forms.Form):
    q = forms.CharField(label="Number or supplier", required=False, max_length=200)
    state = forms.ChoiceField(required=False, choices=STATES)

    @property
    def filters(self) -> OrderFilters:
        self.full_clean()
        return OrderFilters(self.cleaned_data.get("q", ""), self.cleaned_data.get("state", ""))


class NewOrderForm(forms.Form):
    supplier = forms.ChoiceField(label="Order from")

    def __init__(self, data: Any = None, *, business: Business, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.suppliers = {str(each.pk): each for each in get_suppliers(business=business).order_by("name", "pk")}
        self.fields["supplier"].choices = [(pk, each.name) for pk, each in self.suppliers.items()]  # type: ignore[attr-defined]


class OrderForm(forms.Form):
    """The head of a draft."""

    location = forms.CharField(required=False, widget=forms.HiddenInput)
    expected_on = DayField(label="Expected on", required=False)
    category = forms.ChoiceField(label="File the bill under", required=False)
    note = forms.CharField(label="Note to the supplier", max_length=255, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, order: PurchaseOrder, initial: Mapping[str, Any] | None = None) -> None:
        known = {"expected_on": order.expected_on, "category": order.category_id, "note": order.note, "version": order.version}
        super().__init__(data, initial=known | dict(initial or {}))
        rows = ExpenseCategory.objects.for_business(order.business).filter(is_active=True).order_by("name", "pk")
        self._categories = {str(category.pk): category for category in rows}
        choices = [(pk, category.name) for pk, category in self._categories.items()]
        self.fields["category"].choices = [("", "The usual one"), *choices]  # type: ignore[attr-defined]
        days = order.supplier.lead_time
        self.fields["expected_on"].help_text = f"Empty: {days} day{'' if days == 1 else 's'} after it is sent."

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        category = self._categories.get(given["category"])
        return {"expected_on": given["expected_on"], "note": given["note"], "category": category}


class OrderLineForm(forms.Form):
    product = forms.IntegerField(widget=forms.HiddenInput, max_value=LARGEST_ID)
    quantity = quantity_field()
    unit = forms.CharField(required=False, max_length=40)
    price = NumberField(label="Price of one", least=0, most=LARGEST_AMOUNT, places=4, what="price", required=False)
    product_of: Product | None = None

    def __init__(self, *args: Any, products: dict[int, Product], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product_of = products.get(_number(self["product"].value()))
        label = self.product_of.label if self.product_of else "this line"
        unit = str(self["unit"].value() or "")
        choices = unit_choices(self.product_of, kept=unit) if self.product_of else [("", "")]
        self.fields["unit"].widget = forms.Select(attrs={"aria-label": f"Unit of {label}"}, choices=choices)
        self.fields["quantity"].widget.attrs["aria-label"] = f"Quantity of {label}"
        self.fields["price"].widget.attrs["aria-label"] = f"Price of one {label}"
        self.fields["price"].places = money.places(currency)  # type: ignore[attr-defined]

    def clean_quantity(self) -> Any:
        if self.cleaned_data["quantity"] == 0:
            raise forms.ValidationError("Enter a quantity above 0, or take the line out.")
        return self.cleaned_data["quantity"]

    def clean(self) -> dict[str, Any]:
        if self.product_of is None:
            self.add_error("product", "There is no such product.")
        return super().clean() or {}

    @property
    def line(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(ProductRef(product=given["product"]), given["quantity"], given["unit"], given["price"])


class OrderLines(BaseFormSet):  # type: ignore[type-arg]  # it has no generics at run time
    @property
    def lines(self) -> list[Wanted]:
        return [form.line for form in self.forms if form.cleaned_data]

    def blame(self, error: DomainError) -> bool:
        """Show a refusal on the line that it means, if it names one."""
        if error.line is None:
            return False
        form = [form for form in self.forms if form.cleaned_data][error.line]
        form.add_error(error.field if error.field in form.fields else "quantity", error.message)
        return True


_Lines = formset_factory(
    OrderLineForm, formset=OrderLines, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


def lines_form(*, business: Business, data: QueryDict | None, rows: Sequence[Mapping[str, str]]) -> OrderLines:
    """The lines that were sent, to be checked, or `rows` as they stand, to be gone on with."""
    products = get_products_by_id(business=business, ids=[_number(row["product"]) for row in rows])
    options: dict[str, Any] = {"prefix": "line", "form_kwargs": {"products": products, "currency": business.currency}}
    lines = _Lines(data, **options) if data is not None else _Lines(initial=rows, **options)
    return cast(OrderLines, lines)


class SendForm(forms.Form):
    """How a draft goes out."""

    email = forms.EmailField(label="By email to", required=False, max_length=254, help_text="Empty: you tell them yourself.")
    confirmed = forms.BooleanField(label="Send it although it is less than they take orders from", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class EndForm(forms.Form):
    reason = forms.CharField(label="Why?", max_length=255, required=False)


class ReceiveForm(forms.Form):
    """What came, by line, in the product's own unit. `version` is the order as shown; `key` keeps a second click out."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    version = forms.IntegerField(widget=forms.HiddenInput)
    location = forms.ChoiceField(label="Put it")
    landed_cost = NumberField(
        label="Freight and duty",
        least=0,
        most=LARGEST_AMOUNT,
        places=4,
        what="amount",
        required=False,
        help_text="Shared over the goods by their value.",
    )
    note = forms.CharField(label="Their delivery note", max_length=255, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        order: PurchaseOrder,
        locations: Sequence[tuple[int, str]],
        by: Member,
        initial: Mapping[str, Any],
    ) -> None:
        known = {"key": uuid4().hex, "version": order.version, "location": order.location_id}
        super().__init__(data, initial=known | dict(initial))
        self.fields["location"].choices = list(locations)  # type: ignore[attr-defined]
        self.fields["landed_cost"].places = money.places(order.business.currency)  # type: ignore[attr-defined]
        if by.may(Action.BACK_DATE):
            self.fields["occurred_at"] = moment_field(zone=order.business.timezone)
        self.order_lines = list(order.lines.all())
        for line in self.order_lines:
            field = quantity_field(label=f"Came of {line.description}", required=False, most=LARGEST_QUANTITY)
            field.widget.attrs["aria-label"] = field.label
            self.fields[f"line-{line.pk}"] = field
            if line.product.tracks_batches:
                self.fields[f"expires_on-{line.pk}"] = DayField(label="Expires on", required=False)
                self.fields[f"batch_code-{line.pk}"] = forms.CharField(label="Batch", required=False, max_length=64)

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField, list[forms.BoundField]]]:
        """Each line, what came of it, and its batch where it has some."""
        return [(line, self[f"line-{line.pk}"], self._batch_fields(line.pk)) for line in self.order_lines]

    @property
    def came(self) -> list[Came]:
        given = [(line, self.cleaned_data[f"line-{line.pk}"]) for line in self.order_lines]
        return [Came(line.pk, quantity, line.product.unit, batch=self._batch(line.pk)) for line, quantity in given if quantity]

    def blame(self, error: DomainError) -> None:
        """A refusal stands at the line it means, at the day or the code of its batch if it is about those."""
        line = None if error.line is None else self.came[error.line].line
        names = [error.field] if line is None else [f"{error.field}-{line}", f"line-{line}"]
        self.add_error(next((name for name in names if name in self.fields), None), error.message)

    def _batch_fields(self, line: int) -> list[forms.BoundField]:
        return [self[name] for name in (f"expires_on-{line}", f"batch_code-{line}") if name in self.fields]

    def _batch(self, line: int) -> BatchRef | None:
        batch = BatchRef(self.cleaned_data.get(f"batch_code-{line}", ""), self.cleaned_data.get(f"expires_on-{line}"))
        return batch if batch.key else None


def _number(value: Any) -> int:
    return as_id(str(value or ""))
