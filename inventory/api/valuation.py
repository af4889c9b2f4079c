from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope, ValuationMethod
from common.api.fields import Cost, Day, Quantity
from common.api.views import BusinessViewSet, Query
from inventory.models import MovementCost
from inventory.queries.valuation import get_valuation


class ValuationQuery(Query):
    as_of = Day(required=False, help_text="At the end of this day of the business; without it, today.")


class WorthOut(serializers.Serializer[Any]):
    product = serializers.IntegerField(source="product.pk")
    sku = serializers.CharField(source="product.sku")
    name = serializers.CharField(source="product.label")
    quantity = Quantity(help_text="Over all locations; negative where more went than came.")
    unit_cost = Cost(help_text="What one costs on average.")
    value = Cost()


class ValuationOut(serializers.Serializer[Any]):
    as_of = Day()
    method = serializers.ChoiceField(ValuationMethod.choices)
    total = Cost(help_text="Rounded once; null for those who may not see costs, as all other costs are.")
    products = WorthOut(many=True)


class ValuationViewSet(BusinessViewSet):
    """What stock was worth at the end of a day, by the business's method. One query for the past of every product."""

    model = MovementCost
    serializer_class = ValuationOut
    scope = Scope.STOCK
    query_class = ValuationQuery

    @extend_schema(parameters=[ValuationQuery], responses=ValuationOut)
    def show(self, request: Request) -> Response:
        as_of = self.asked().get("as_of") or self.business.local_day(timezone.now())
        return self.shown(get_valuation(business=self.business, as_of=as_of))
