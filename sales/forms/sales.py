from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import Member
from common.form_fields import quantity_field
from sales.models import PaymentMethod, Sale, SaleKind, SaleLine, SaleState
from sales.queries import SalesFilter
from sales.services.basket import Tender
from sales.services.undo import RefundLine

VOID_REASONS = ["Wrong item", "Wrong price", "Wrong payment", "The customer changed their mind"]
REFUND_REASONS = ["Returned unused", "Faulty", "Wrong size or kind", "Charged too much"]
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SalesFilterForm(forms.Form):
    q = forms.CharField(required=False, max_length=60, label="Number or customer")
    first = forms.DateField(required=False, label="From", widget=DAY)
    last = forms.DateField(required=False, label="To", widget=DAY)
    person = forms.ModelChoiceField(Member.objects.none(), required=False, label="Sold by", empty_label="Everyone")
    method = forms.ChoiceField(required=False, label="Paid by", choices=[("", "Any"), *PaymentMethod.choices])
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "All"), *SaleKind.choices])
    state = forms.ChoiceField(required=False, label="State", choices=[("", "Any"), *SaleState.choices])

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Member.objects.for_business(member.business).select_related("user").order_by("user__name", "pk")
        self.fields["person"] = _PersonField(people, required=False, label="Sold by", empty_label="Everyone")

    @property
    def is_narrow(self) -> bool:
        """Whether one of the filters is in use, or wrong, that the page folds away."""
        return any(self.data.get(name) for name in ("person", "method", "state"))

    @property
    def wanted(self) -> SalesFilter:
        """What is asked for; a field that makes no sense is left out, and says so."""
        data = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        person = data.get("person")
        return SalesFilter(
            first=data.get("first"),
            last=data.get("last"),
            person=person.pk if person else None,
            method=data.get("method", ""),
            kind=data.get("kind", ""),
            state=data.get("state", ""),
            text=data.get("q", ""),
        )


class _PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user.get_full_name())


class VoidForm(forms.Form):
    reason = forms.CharField(
        max_length=255,
        label="Why",
        widget=forms.TextInput(attrs={"list": "reasons", "autocomplete": "off"}),
        initial=VOID_REASONS[0],
    )


@dataclass(frozen=True)
class RefundRow:
    line: SaleLine
    quantity: forms.BoundField
    restock: forms.BoundField


class RefundForm(forms.Form):
    """How many of each line come back, and whether they go on the shelf again."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=255,
        label="Why",
        widget=forms.TextInput(attrs={"list": "reasons", "autocomplete": "off"}),
        initial=REFUND_REASONS[0],
    )
    method = forms.ChoiceField(label="Give back by", choices=PaymentMethod.choices)

    def __init__(self, *args: Any, sale: Sale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4().hex)
        self.initial.setdefault("method", _paid_by(sale.payments.all()))
        self._lines = [line for line in sale.lines.all() if line.left_to_refund > 0]
        for line in self._lines:
            self._add_fields(line, only_one=len(self._lines) == 1)

    def _add_fields(self, line: SaleLine, *, only_one: bool) -> None:
        self.fields[f"quantity_{line.pk}"] = quantity_field(
            label=f"How many of {line.description}",
            required=False,
            initial=f"{line.left_to_refund.normalize():f}" if only_one else "0",
        )
        self.fields[f"restock_{line.pk}"] = forms.BooleanField(
            label=f"Put {line.description} back on the shelf", required=False, initial=line.product.is_stocked
        )

    @property
    def has_rows(self) -> bool:
        return bool(self._lines)

    @property
    def rows(self) -> Iterator[RefundRow]:
        for line in self._lines:
            yield RefundRow(line, self[f"quantity_{line.pk}"], self[f"restock_{line.pk}"])

    @property
    def chosen(self) -> list[RefundLine]:
        """The lines with a quantity, as far as they make sense."""
        data = getattr(self, "cleaned_data", {})
        pairs = [(line, data.get(f"quantity_{line.pk}")) for line in self._lines]
        return [RefundLine(line, quantity, restock=data.get(f"restock_{line.pk}", False)) for line, quantity in pairs if quantity]

    @property
    def offered(self) -> list[RefundLine]:
        """What the untouched form would give back."""
        return [RefundLine(line, line.left_to_refund) for line in self._lines] if len(self._lines) == 1 else []

    def tenders(self, amount: Decimal) -> list[Tender]:
        return [Tender(self.cleaned_data["method"], amount)] if amount else []


def _paid_by(payments: Iterable[Any]) -> str:
    biggest = max(payments, key=lambda payment: payment.amount, default=None)
    return str(biggest.method) if biggest else PaymentMethod.CASH.value


class ReceiptEmailForm(forms.Form):
    to = forms.EmailField(label="Email the receipt to", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
