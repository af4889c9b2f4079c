"""Shapes of the catalogue and of stock. Names are those of the API, and they stay."""

from typing import Any

from rest_framework import serializers

from common.api.fields import Amount, Cost, Day, Flag, Id, Moment, MomentOrDay, Quantity, Rate, Ref, Text, Whole, many
from common.api.views import Query, SearchQuery
from common.fields import LARGEST_AMOUNT
from inventory.models import Category, MovementKind, StockState
from inventory.shelves import BatchRef, ProductRef
from inventory.units import Unit

MOST_BARCODES = 50
MOST_DAYS = 3650
MOST_LINES = 500


class Versioned(serializers.Serializer[Any]):
    """`version` is written back on PATCH by whoever minds that somebody else was faster."""

    id = serializers.IntegerField(read_only=True)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text="What was read. Without it the last write wins.")


class CategorySerializer(Versioned):
    name = Text(max_length=120)
    default_reorder_point = Quantity(
        least=0, allow_null=True, required=False, help_text="For products without a reorder point of their own."
    )


class LocationSerializer(Versioned):
    name = Text(max_length=120)
    is_active = Flag(required=False)
    is_default = serializers.BooleanField(read_only=True)


class Barcodes(serializers.ListField):
    child = Text(max_length=64)

    def get_attribute(self, instance: Any) -> list[str]:
        return [barcode.code for barcode in instance.barcodes.all()]


class Available(Quantity):
    def get_attribute(self, instance: Any) -> Any:
        return instance.total_on_hand - instance.total_committed


class ProductSerializer(Versioned):
    sku = Text(max_length=64)
    name = Text(max_length=200)
    price = Amount()
    barcodes = Barcodes(required=False, max_length=MOST_BARCODES)
    category = Ref(Category, required=False, allow_null=True)
    unit = serializers.ChoiceField(Unit.choices, required=False)
    tax_rate = Rate(required=False, help_text="Per cent. Without it the business's default.")
    cost = Cost(required=False, help_text="What one is expected to cost.")
    reorder_point = Quantity(least=0, required=False, allow_null=True)
    reorder_quantity = Quantity(above_zero=True, required=False, allow_null=True)
    supplier = Id(
        source="supplier_id", required=False, allow_null=True, help_text="Who it is bought from by preference; see /offers/."
    )
    is_active = Flag(required=False)
    is_stocked = Flag(required=False, help_text="False for services and postage, which have no stock.")
    tracks_batches = Flag(required=False, help_text="True for what expires: each receipt says when.")
    warn_days = Whole(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MOST_DAYS,
        help_text="How many days before a batch expires an alert comes. Without it as the business has set.",
    )
    variant = Text(max_length=80, required=False, allow_blank=True)
    parent = serializers.IntegerField(source="parent_id", read_only=True, allow_null=True)  # type: ignore[assignment]
    has_variants = serializers.BooleanField(read_only=True)
    on_hand = Quantity(source="total_on_hand", read_only=True)
    committed = Quantity(source="total_committed", read_only=True)
    available = Available(read_only=True)
    incoming = Quantity(source="total_incoming", read_only=True, help_text="Ordered, or in transit.")
    in_transit = Quantity(source="total_in_transit", read_only=True, help_text="Under way between two places.")
    average_cost = Cost(read_only=True, most=LARGEST_AMOUNT)
    stock = serializers.ChoiceField(StockState.choices, source="stock_state", read_only=True)


class StockStateQuery(serializers.ChoiceField):
    """The states of a product, and `negative` for less than nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([*StockState.choices, ("negative", "Negative")], **kwargs)


class ProductQuery(SearchQuery):
    sku = Text(required=False, max_length=64)
    barcode = Text(required=False, max_length=64)
    category = Id(required=False)
    supplier = Id(required=False)
    stock = StockStateQuery(required=False)
    is_active = Flag(required=False)


class MovementSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    location = serializers.IntegerField(source="location_id")
    kind = serializers.ChoiceField(MovementKind.choices)
    quantity = Quantity(help_text="Signed: what came is positive, what went is negative.")
    unit_cost = Cost(help_text="What one unit cost, on what came in.")
    occurred_at = Moment()
    recorded_at = Moment()
    moved_by = serializers.CharField(source="moved_by.user.get_full_name")
    reason = serializers.CharField()
    document_type = serializers.CharField(help_text="sale, refund, …; empty where there is none.")
    document = serializers.CharField(help_text="The document's number as people read it.")
    document_id = serializers.IntegerField(allow_null=True)


class MovementQuery(Query):
    location = Id(required=False)
    kind = serializers.ChoiceField(MovementKind.choices, required=False)
    since = MomentOrDay(required=False, help_text="From this moment, or from the start of this day of the business, on.")
    until = MomentOrDay(required=False, help_text="Before this moment, or to the end of this day of the business.")


class AllMovementsQuery(MovementQuery):
    product = Id(required=False)


class StockLevelSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    name = serializers.CharField(source="product.label")
    location = serializers.IntegerField(source="location_id")
    on_hand = Quantity()
    committed = Quantity()
    available = Quantity()
    incoming = Quantity()


class StockLevelQuery(Query):
    product = Id(required=False)
    location = Id(required=False)


def with_batch(line: dict[str, Any]) -> dict[str, Any]:
    """The code and the day of a line as the batch that they mean."""
    ref = BatchRef(line.pop("batch_code", ""), line.pop("expires_on", None))
    return line | ({"batch": ref} if ref.key else {})


class LineRef(serializers.Serializer[Any]):
    """A product named by exactly one of its id, SKU or barcode."""

    product = Id(required=False)
    sku = Text(required=False, max_length=64)
    barcode = Text(required=False, max_length=64)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = {name: attrs.pop(name) for name in ("product", "sku", "barcode") if name in attrs}
        if len(named) != 1:
            raise serializers.ValidationError("Name the product by one of `product`, `sku` or `barcode`.", code="one_product")
        return attrs | {"ref": ProductRef(**named)}


class StockLineIn(LineRef):
    quantity = Quantity(above_zero=True)
    unit = Text(required=False, max_length=40, help_text="Another unit or pack of the product; without it its own.")
    batch_code = Text(required=False, allow_blank=True, max_length=64, help_text="Of a product that has batches.")
    expires_on = Day(required=False, allow_null=True, help_text="Of a product that has batches; needed where a new one comes.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return with_batch(super().validate(attrs))


class ReceiveLineIn(StockLineIn):
    unit_cost = Amount(required=False, allow_null=True, help_text="Without it what the product is expected to cost.")


class AdjustLineIn(StockLineIn):
    quantity = Quantity(help_text="Signed.")


class ReceiveIn(serializers.Serializer[Any]):
    location = Id(required=False, help_text="Without it the default one.")
    lines = many(ReceiveLineIn, allow_empty=False, max_length=MOST_LINES)
    occurred_at = Moment(required=False)
    reason = Text(required=False, allow_blank=True, max_length=255)


class AdjustIn(serializers.Serializer[Any]):
    location = Id(required=False)
    lines = many(AdjustLineIn, allow_empty=False, max_length=MOST_LINES)
    occurred_at = Moment(required=False)
    reason = Text(max_length=255)


class TakeIn(AdjustIn):
    lines = many(StockLineIn, allow_empty=False, max_length=MOST_LINES)


class TransferIn(serializers.Serializer[Any]):
    to = Id()
    lines = many(StockLineIn, allow_empty=False, max_length=MOST_LINES)
    occurred_at = Moment(required=False)
    reason = Text(required=False, allow_blank=True, max_length=255)

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language and no name for an attribute."""
        return {"from": Id(required=False, help_text="Without it the default one.")} | super().get_fields()
