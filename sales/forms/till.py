from decimal import Decimal

from django import forms
from django.http import HttpRequest

from common import money
from common.fields import LARGEST_AMOUNT, MONEY_PLACES
from common.form_fields import DecimalField, NumberField, quantity_field
from sales.models import PaymentMethod
from sales.services.basket import Tender

KEY_LENGTH = 32
SPLIT = "split"
METHODS = [
    (PaymentMethod.CASH.value, "Cash"),
    (PaymentMethod.CARD.value, "Card"),
    (PaymentMethod.VOUCHER.value, "Voucher"),
    (SPLIT, "Split"),
]


def basket_key(request: HttpRequest) -> str:
    """Which basket a button belongs to; nonsense finds none."""
    return request.POST.get("key", "").replace("\x00", "")[:KEY_LENGTH]


def amount_field(label: str) -> NumberField:
    return NumberField(label=label, required=False, least=0, most=LARGEST_AMOUNT, places=MONEY_PLACES, what="amount")


class AddForm(forms.Form):
    """A code, a name, or the product itself where it was picked from the list."""

    code = forms.CharField(required=False, max_length=200)
    product = forms.IntegerField(required=False, min_value=1)


class LineForm(forms.Form):
    """One line of the basket; its buttons say `do`."""

    key = forms.CharField(max_length=KEY_LENGTH)
    line = forms.IntegerField(min_value=1)
    quantity = quantity_field()
    price = amount_field("Price")
    discount = forms.CharField(required=False, max_length=20)
    do = forms.ChoiceField(required=False, choices=[("set", "Set"), ("less", "Less"), ("more", "More"), ("remove", "Remove")])

    @property
    def wanted(self) -> Decimal:
        """The quantity after the button; taking one from less than one takes all."""
        quantity: Decimal = self.cleaned_data["quantity"]
        match self.cleaned_data["do"]:
            case "remove":
                return money.ZERO
            case "less":
                return max(quantity - 1, money.ZERO)
            case "more":
                return quantity + 1
        return quantity


class KeyForm(forms.Form):
    key = forms.CharField(max_length=KEY_LENGTH)


class DiscountForm(KeyForm):
    discount = forms.CharField(
        required=False, max_length=20, label="Discount", help_text="An amount, like 5, or a share, like 10%."
    )


class PayForm(KeyForm):
    """How the customer pays. Cash without an amount is the exact sum."""

    total = DecimalField(min_value=0)
    method = forms.ChoiceField(choices=METHODS, initial=PaymentMethod.CASH)
    given = amount_field("Cash given")
    cash = amount_field("Cash")
    card = amount_field("Card")
    voucher = amount_field("Voucher")

    @property
    def tenders(self) -> list[Tender] | None:
        data = self.cleaned_data
        match data["method"]:
            case PaymentMethod.CASH:
                return None if data["given"] is None else [Tender(PaymentMethod.CASH, data["given"])]
            case "split":
                return [Tender(method, data[method]) for method in ("cash", "card", "voucher") if data[method]]
            case method:
                return [Tender(method, data["total"])]

    @property
    def parts(self) -> list[forms.BoundField]:
        """The fields of a split payment."""
        return [self[name] for name in ("cash", "card", "voucher")]

    @property
    def takes_the_focus(self) -> bool:
        """Whether an amount is wrong, so that the cursor waits there and not in the scan box."""
        return any(self[name].errors for name in ("given", "cash", "card", "voucher"))

    @property
    def payment_field(self) -> str | None:
        """Where it belongs to say that not enough was paid."""
        return (
            "given"
            if self.cleaned_data["method"] == PaymentMethod.CASH
            else "cash"
            if self.cleaned_data["method"] == SPLIT
            else None
        )
