from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import Business
from common import money
from common.errors import DomainError
from common.fields import LARGEST_AMOUNT
from common.form_fields import DayField, NumberField, quantity_field
from expenses.models import Account, ExpenseCategory
from purchasing.models import OrderState, PurchaseOrder, Receipt
from purchasing.services.bills import Charge
from purchasing.services.send_back import Back


class BillForm(forms.Form):
    number = forms.CharField(label="Number of their bill", max_length=60)
    billed_on = DayField(label="Date")
    amount = NumberField(label="Amount, tax and all", least=0, most=LARGEST_AMOUNT, places=4, what="amount")
    tax = NumberField(label="Tax in it", least=0, most=LARGEST_AMOUNT, places=4, what="amount", required=False)
    category = forms.ChoiceField(label="File it under")
    account = forms.ChoiceField(label="Paid from", required=False)
    is_last = forms.BooleanField(
        label="Nothing more will be billed for this order", required=False, help_text="Frees what it committed."
    )
    confirmed = forms.BooleanField(label="Record it although it takes a budget over its limit", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, order: PurchaseOrder, initial: Mapping[str, Any]) -> None:
        more_comes = order.state == OrderState.PART_RECEIVED
        known = {
            "amount": order.committed or None,
            "category": order.category_id,
            "version": order.version,
            "is_last": not more_comes,
        }
        super().__init__(data, initial=known | dict(initial))
        self._categories = _named(ExpenseCategory.objects.for_business(order.business).filter(is_active=True))
        self._accounts = _named(Account.objects.for_business(order.business).filter(is_active=True))
        self.fields["category"].choices = [(pk, each.name) for pk, each in self._categories.items()]  # type: ignore[attr-defined]
        accounts = [(pk, each.name) for pk, each in self._accounts.items()]
        self.fields["account"].choices = [("", "Not said"), *accounts]  # type: ignore[attr-defined]
        for name in ("amount", "tax"):
            self.fields[name].places = money.places(order.business.currency)  # type: ignore[attr-defined]

    @property
    def charge(self) -> Charge:
        given = self.cleaned_data
        return Charge(
            number=given["number"],
            amount=given["amount"],
            billed_on=given["billed_on"],
            is_last=given["is_last"],
            category=self._categories[given["category"]],
            account=self._accounts.get(given["account"]),
            tax=given["tax"] or money.ZERO,
        )


class ReturnForm(forms.Form):
    """What goes back of a receipt, by line, in the product's own unit. `key` keeps a second click out."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(label="Why?", max_length=255)
    credit = NumberField(
        label="They take off",
        least=0,
        most=LARGEST_AMOUNT,
        places=4,
        what="amount",
        required=False,
        help_text="Empty: what the goods cost.",
    )

    def __init__(self, data: Any = None, *, receipt: Receipt, business: Business) -> None:
        super().__init__(data, initial={"key": uuid4().hex})
        self.fields["credit"].places = money.places(business.currency)  # type: ignore[attr-defined]
        self.receipt_lines = list(receipt.lines.all())
        for line in self.receipt_lines:
            field = quantity_field(label=f"Goes back of {line.product.label}", required=False)
            field.widget.attrs["aria-label"] = field.label
            self.fields[f"line-{line.pk}"] = field

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        return [(line, self[f"line-{line.pk}"]) for line in self.receipt_lines]

    @property
    def lines(self) -> list[Back]:
        given = [(line, self.cleaned_data[f"line-{line.pk}"]) for line in self.receipt_lines]
        return [Back(line.pk, quantity) for line, quantity in given if quantity]

    def blame(self, error: DomainError) -> None:
        """A refusal stands at the line it means."""
        name = error.field if error.line is None else f"line-{self.lines[error.line].line}"
        self.add_error(name if name in self.fields else None, error.message)


def _named(rows: Any) -> dict[str, Any]:
    return {str(row.pk): row for row in rows.order_by("name", "pk")}
