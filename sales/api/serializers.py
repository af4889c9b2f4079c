from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from common.api.fields import Amount, Cost, Flag, Id, Moment, MomentOrDay, Quantity, Rate, Ref, Text, many
from common.api.views import Query
from common.fields import LARGEST_AMOUNT
from inventory.api.serializers import LineRef
from sales.models import Customer, PaymentMethod, SaleKind, SaleLine, SaleState
from sales.services.basket import BasketLine, Tender
from sales.services.sell import MOST_LINES

MOST_PAYMENTS = 50


class SignedAmount(Amount):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"least": -LARGEST_AMOUNT} | kwargs)


class RoundedCost(Cost):
    """The cost of some goods: rounded once, as an amount."""

    def get_attribute(self, instance: SaleLine) -> Any:
        return self.context["business"].money(instance.cost)


class PaymentSerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(PaymentMethod.choices)
    amount = SignedAmount(help_text="Negative where money went out.")


class SaleLineSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    description = serializers.CharField()
    quantity = Quantity()
    unit_price = SignedAmount()
    discount = SignedAmount(help_text="Given on this line.")
    order_discount = SignedAmount(help_text="This line's share of the sale's discount.")
    tax_rate = Rate()
    net = SignedAmount()
    tax = SignedAmount()
    total = SignedAmount(help_text="What the customer pays for it.")
    cost = RoundedCost()
    refunded_quantity = Quantity()
    refund_of = serializers.IntegerField(source="refund_of_id", allow_null=True)
    restocked = serializers.BooleanField(help_text="On a refund: the goods went back on the shelf.")


class SaleSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(SaleKind.choices)
    state = serializers.ChoiceField(SaleState.choices)
    source = serializers.CharField(help_text="tillbook, or the import it came from.")  # type: ignore[assignment]
    refund_of = serializers.IntegerField(source="refund_of_id", allow_null=True)
    location = serializers.IntegerField(source="location_id")
    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    sold_by = serializers.CharField(source="sold_by.user.get_full_name")
    sold_at = Moment()
    sold_on = serializers.DateField(help_text="The business's own day of `sold_at`.")
    recorded_at = Moment()
    prices_include_tax = serializers.BooleanField()
    lines = SaleLineSerializer(many=True)
    subtotal = SignedAmount(help_text="Net of tax and discounts.")
    discount = SignedAmount(help_text="Given on the whole sale.")
    tax = SignedAmount()
    total = SignedAmount(help_text="What the customer pays.")
    payments = PaymentSerializer(many=True)
    paid = SignedAmount()
    change = SignedAmount()
    cost = Cost()
    margin = Cost(help_text="Subtotal less cost.")
    reason = serializers.CharField()
    voided_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class SaleQuery(Query):
    number = Text(required=False, max_length=40)
    kind = serializers.ChoiceField(SaleKind.choices, required=False)
    state = serializers.ChoiceField(SaleState.choices, required=False)
    customer = Id(required=False)
    location = Id(required=False)
    since = MomentOrDay(required=False, help_text="Sold from this moment, or from the start of this day of the business, on.")
    until = MomentOrDay(required=False, help_text="Sold before this moment, or to the end of this day of the business.")


class SaleLineIn(LineRef):
    quantity = Quantity(above_zero=True)
    unit_price = Amount(required=False, allow_null=True, help_text="Without it the product's own.")
    discount = Amount(required=False, help_text="An amount off the line.")
    unit = Text(required=False, max_length=40, help_text="Another unit or pack of the product; without it its own.")


class PaymentIn(serializers.Serializer[Any]):
    method = serializers.ChoiceField(PaymentMethod.choices)
    amount = Amount()


class SaleIn(serializers.Serializer[Any]):
    location = Id(required=False, allow_null=True, help_text="Without it the default one.")
    customer = Ref(Customer, required=False, allow_null=True)
    sold_at = Moment(required=False, allow_null=True, help_text="Without it now. An earlier day needs a manager.")
    lines = many(SaleLineIn, allow_empty=False, max_length=MOST_LINES)
    discount = Amount(required=False, help_text="An amount off the whole sale.")
    payments = many(
        PaymentIn, required=False, allow_null=True, max_length=MOST_PAYMENTS, help_text="Without them the exact sum in cash."
    )


class VoidIn(serializers.Serializer[Any]):
    reason = Text(max_length=255)


class RefundLineIn(serializers.Serializer[Any]):
    line = Id(help_text="The id of the sale's line.")
    quantity = Quantity(above_zero=True)
    restock = Flag(default=True, help_text="Whether the goods go back on the shelf.")


class RefundIn(serializers.Serializer[Any]):
    lines = many(RefundLineIn, allow_empty=False, max_length=MOST_LINES)
    payments = many(
        PaymentIn, required=False, allow_null=True, max_length=MOST_PAYMENTS, help_text="Without them the way it was paid."
    )
    reason = Text(max_length=255)


def basket_of(values: dict[str, Any]) -> list[BasketLine]:
    return [BasketLine(**line) for line in values["lines"]]


def tenders_of(values: dict[str, Any]) -> Sequence[Tender] | None:
    payments = values.get("payments")
    return None if payments is None else [Tender(**payment) for payment in payments]
