from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.models import Scope
from common.api.fields import Day, Flag, Id, Quantity
from common.api.views import BusinessViewSet, Query
from inventory.models import Batch
from inventory.queries.batches import get_all_batches


class BatchSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    batch_code = serializers.CharField(source="own_code", help_text="Empty where only the day is known.")
    expires_on = Day(help_text="The last day on which it is sold.")
    on_hand = Quantity(source="total_on_hand", help_text="Over all places.")


class BatchQuery(Query):
    product = Id(required=False)
    expires_until = Day(required=False, help_text="Expires on this day or before.")
    in_stock = Flag(required=False)


class BatchViewSet(BusinessViewSet):
    """What expires, and when, soonest first."""

    model = Batch
    serializer_class = BatchSerializer
    query_class = BatchQuery
    scope = Scope.STOCK
    orderings = {"expires_on": ("expires_on", "id")}
    default_ordering = "expires_on"

    def rows(self) -> QuerySet[Any]:
        return get_all_batches(self.business)

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        asked = dict(asked)
        if "expires_until" in asked:
            rows = rows.filter(expires_on__lte=asked.pop("expires_until"))
        if "in_stock" in asked:
            there = {"total_on_hand__gt": 0}
            rows = rows.filter(**there) if asked.pop("in_stock") else rows.exclude(**there)
        return super().filtered(rows, asked)
