"""Shapes of suppliers and what they sell."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from common.api.fields import Amount, Cost, Day, Flag, Id, Moment, Quantity, Ref, Text, Whole, many
from common.api.views import Query
from expenses.models import Account, ExpenseCategory
from inventory.api.serializers import LineRef, with_batch
from inventory.models import Product
from purchasing.models import OrderState, Supplier
from purchasing.services.lines import MOST_LINES
from purchasing.services.suppliers import LONGEST_LEAD

VERSION = "What was read. Without it the last write wins."


class SupplierSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    name = Text(max_length=120)
    contact = Text(max_length=120, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = Text(max_length=40, required=False, allow_blank=True)
    account_number = Text(max_length=60, required=False, allow_blank=True, help_text="Our customer number there.")
    lead_days = Whole(
        required=False, allow_null=True, min_value=0, max_value=LONGEST_LEAD, help_text="Null: as learned from receipts."
    )
    learned_lead_days = serializers.IntegerField(read_only=True, allow_null=True)
    lead_time = serializers.IntegerField(read_only=True, help_text="Days: said, else learned, else the usual.")
    minimum_order = Amount(above_zero=True, required=False, allow_null=True)
    category = Ref(ExpenseCategory, required=False, allow_null=True, help_text="Where their bills are filed.")
    note = Text(max_length=255, required=False, allow_blank=True)
    is_active = Flag(required=False)
    created_at = Moment(read_only=True)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)


class SupplierQuery(Query):
    search = Text(required=False, max_length=200, help_text="Each word is in the name, contact, email or account number.")
    is_active = Flag(required=False)


class OfferSerializer(serializers.Serializer[Any]):
    """What a supplier sells of a product. Supplier and product are said once, when it is made."""

    id = serializers.IntegerField(read_only=True)
    supplier = Ref(Supplier)
    product = Ref(Product)
    sku = serializers.CharField(source="product.sku", read_only=True)
    code = Text(max_length=64, required=False, allow_blank=True, help_text="The supplier's own code.")
    unit = Text(max_length=40, required=False, help_text="A unit or pack of the product; without it its own.")
    price = Cost(help_text="Of one such unit.")
    minimum = Quantity(above_zero=True, required=False, allow_null=True)
    is_preferred = Flag(required=False)
    is_active = Flag(required=False)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)

    def validate_price(self, price: Decimal | None) -> Decimal:
        """It is null in answers to those who see no costs, and never in a request."""
        if price is None:
            raise serializers.ValidationError("Enter a price.", code="null")
        return price


class OfferQuery(Query):
    supplier = Id(required=False)
    product = Id(required=False)
    is_active = Flag(required=False)


class OfferPriceSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    offer = serializers.IntegerField(source="offer_id")
    unit = serializers.CharField()
    price = Cost()
    since_at = Moment()
    source = serializers.CharField(help_text="The document it comes from; empty where somebody said it.")  # type: ignore[assignment]


class PurchaseLineSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    description = serializers.CharField()
    code = serializers.CharField(help_text="The supplier's own code.")
    unit = serializers.CharField()
    factor = Quantity(help_text="How many of the product's own unit one `unit` is.")
    quantity = Quantity(help_text="In `unit`.")
    price = Cost(help_text="Of one `unit`.")
    amount = Cost()
    ordered = Quantity(help_text="In the product's own unit.")
    received = Quantity(help_text="In the product's own unit.")
    outstanding = Quantity(help_text="In the product's own unit.")


class PurchaseOrderSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier = serializers.IntegerField(source="supplier_id")
    state = serializers.ChoiceField(OrderState.choices)
    location = serializers.IntegerField(source="location_id")
    category = serializers.IntegerField(source="category_id", allow_null=True)
    note = serializers.CharField()
    lines = PurchaseLineSerializer(many=True)
    total = Cost(help_text="As ordered.")
    due = Cost(help_text="What it will have cost: as ordered, then as received where less or more comes.")
    billed = Cost()
    committed = Cost(help_text="What budgets still count as good as spent.")
    expected_on = serializers.DateField(allow_null=True)
    sent_at = Moment(allow_null=True)
    sent_to = serializers.CharField()
    ended_at = Moment(allow_null=True)
    settled_at = Moment(allow_null=True)
    reason = serializers.CharField()
    created_at = Moment()
    version = serializers.IntegerField()


class PurchaseOrderQuery(Query):
    state = serializers.ChoiceField(OrderState.choices, required=False)
    supplier = Id(required=False)
    number = Text(required=False, max_length=20)


class WantedIn(LineRef):
    quantity = Quantity(above_zero=True)
    unit = Text(required=False, max_length=40, help_text="A unit or pack of the product; without it as the supplier sells it.")
    price = Amount(required=False, allow_null=True, help_text="Without it what the supplier asks.")


class PurchaseOrderIn(serializers.Serializer[Any]):
    supplier = Ref(Supplier)
    location = Id(required=False, allow_null=True, help_text="Without it the default one.")
    lines = many(WantedIn, required=False, max_length=MOST_LINES)
    expected_on = Day(required=False, allow_null=True, help_text="Without it as long after sending as the supplier takes.")
    category = Ref(ExpenseCategory, required=False, allow_null=True, help_text="Where its bill is filed.")
    note = Text(required=False, allow_blank=True, max_length=255)


class PurchaseOrderPatch(serializers.Serializer[Any]):
    """Of a draft. `lines` replace those it has."""

    lines = many(WantedIn, required=False, max_length=MOST_LINES)
    expected_on = Day(required=False, allow_null=True)
    category = Ref(ExpenseCategory, required=False, allow_null=True)
    note = Text(required=False, allow_blank=True, max_length=255)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)


class SendIn(serializers.Serializer[Any]):
    email = serializers.EmailField(
        required=False,
        allow_blank=True,
        allow_null=True,
        max_length=254,
        help_text="Without it the supplier's own; empty: no email.",
    )
    confirmed = Flag(default=False, help_text="Send it although it is less than the supplier takes orders from.")
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)


class EndIn(serializers.Serializer[Any]):
    reason = Text(required=False, allow_blank=True, max_length=255)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)


class CameIn(serializers.Serializer[Any]):
    line = Id(help_text="The id of the order's line.")
    quantity = Quantity(above_zero=True)
    unit = Text(required=False, max_length=40, help_text="Without it the line's own unit.")
    unit_cost = Amount(required=False, allow_null=True, help_text="Of one such unit. Without it as ordered.")
    batch_code = Text(required=False, allow_blank=True, max_length=64, help_text="Of a product that has batches.")
    expires_on = Day(required=False, allow_null=True, help_text="Of a product that has batches; needed where a new one comes.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return with_batch(attrs)


class ReceiveOrderIn(serializers.Serializer[Any]):
    lines = many(CameIn, allow_empty=False, max_length=MOST_LINES)
    landed_costs = Amount(required=False, allow_null=True, help_text="Freight and duty, shared over the lines by value.")
    location = Id(required=False, allow_null=True, help_text="Without it the order's.")
    note = Text(required=False, allow_blank=True, max_length=255)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="The order as it was read.")


class BillIn(serializers.Serializer[Any]):
    number = Text(max_length=60, help_text="The supplier's own.")
    amount = Amount(above_zero=True, help_text="Tax and all.")
    billed_on = Day(required=False, allow_null=True, help_text="Without it today.")
    tax = Amount(required=False, help_text="Contained in the amount.")
    category = Ref(ExpenseCategory, required=False, allow_null=True, help_text="Without it the order's.")
    account = Ref(Account, required=False, allow_null=True)
    is_last = Flag(default=True, help_text="Nothing more will be billed: nothing of the order stays committed.")
    confirmed = Flag(default=False, help_text="Record it although a budget that asks is taken over its limit.")
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)


class BillSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    order = serializers.IntegerField(source="order_id")
    number = serializers.CharField()
    billed_on = serializers.DateField()
    amount = Cost()
    expense = serializers.IntegerField(source="expense_id", allow_null=True)


class GoodsReceiptLineSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    line = serializers.IntegerField(source="line_id", help_text="The order's line.")
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    quantity = Quantity(help_text="In the product's own unit.")
    unit_cost = Cost(help_text="Of one, without what is landed on it.")
    landed_cost = Cost()
    returned = Quantity()


class GoodsReceiptSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.CharField()
    order = serializers.IntegerField(source="order_id")
    location = serializers.IntegerField(source="location_id")
    received_by = serializers.CharField(source="received_by.user.get_full_name")
    received_at = Moment()
    landed_cost = Cost()
    note = serializers.CharField()
    lines = GoodsReceiptLineSerializer(many=True)


class GoodsReceiptQuery(Query):
    order = Id(required=False)


class BackIn(serializers.Serializer[Any]):
    line = Id(help_text="The id of the receipt's line.")
    quantity = Quantity(above_zero=True)


class ReturnIn(serializers.Serializer[Any]):
    lines = many(BackIn, allow_empty=False, max_length=MOST_LINES)
    reason = Text(max_length=255)
    credit = Amount(required=False, allow_null=True, help_text="What the supplier takes off. Without it what the goods cost.")
