"""Shapes of suppliers and what they sell."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from common.api.fields import Amount, Cost, Flag, Id, Moment, Quantity, Ref, Text, Whole
from common.api.views import Query
from expenses.models import ExpenseCategory
from inventory.models import Product
from purchasing.models import Supplier
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
