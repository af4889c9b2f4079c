from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Amount, Flag, Id, Moment, Quantity, Text, many
from common.api.views import BusinessViewSet, Query
from inventory.api.serializers import MOST_LINES, LineRef
from inventory.models import Stocktake, StocktakeState
from inventory.queries.stocktake import compare, get_stocktakes
from inventory.services.stocktake import (
    Counted,
    add_counts,
    approve_stocktake,
    ask_recount,
    cancel_stocktake,
    start_stocktake,
)


class StocktakeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    location = serializers.IntegerField(source="location_id")
    category = serializers.IntegerField(source="category_id", allow_null=True)
    state = serializers.ChoiceField(StocktakeState.choices)
    note = serializers.CharField()
    started_at = Moment()
    ended_at = Moment(allow_null=True)
    counted = serializers.IntegerField(help_text="Products that were counted so far.")


class CountedSerializer(serializers.Serializer[Any]):
    """Blind: what the books say is not told to who counts."""

    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    counted = Quantity()
    counted_at = Moment()


class ComparedSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField(source="line.product_id")
    sku = serializers.CharField(source="line.product.sku")
    counted = Quantity(source="line.counted")
    expected = Quantity(help_text="What the ledger says for the moment it was counted.")
    variance = Quantity()
    worth = Amount(help_text="The variance in money, at average cost.")


class StartCountIn(serializers.Serializer[Any]):
    location = Id(required=False, help_text="Without it the default one.")
    category = Id(required=False, help_text="Only products of this category.")
    note = Text(required=False, allow_blank=True, max_length=255)


class CountIn(LineRef):
    quantity = Quantity(least=0)
    unit = Text(required=False, max_length=40)
    instead = Flag(required=False, help_text="In place of what was counted of it before, not on top of it.")


class CountsIn(serializers.Serializer[Any]):
    lines = many(CountIn, allow_empty=False, max_length=MOST_LINES)


class RecountIn(serializers.Serializer[Any]):
    products = serializers.ListField(child=Id(), allow_empty=False, max_length=MOST_LINES)


class ApproveCountIn(serializers.Serializer[Any]):
    missing_are_none = Flag(
        required=False, help_text="What nobody counted is not there; without it, it keeps what the books say."
    )


class StocktakeQuery(Query):
    state = serializers.ChoiceField(StocktakeState.choices, required=False)
    location = Id(required=False)


class StocktakeViewSet(BusinessViewSet):
    """Counting sessions, newest first."""

    model = Stocktake
    serializer_class = StocktakeSerializer
    query_class = StocktakeQuery
    scope = Scope.STOCK
    needs = {
        "create": Action.COUNT,
        "counts": Action.COUNT,
        "variances": Action.APPROVE,
        "recount": Action.APPROVE,
        "approve": Action.APPROVE,
        "cancel": Action.APPROVE,
    }
    orderings = {"started_at": ("started_at", "id")}
    default_ordering = "-started_at"

    def rows(self) -> QuerySet[Stocktake]:
        return get_stocktakes(self.business)

    @extend_schema(request=StartCountIn, responses={201: StocktakeSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(StartCountIn)
        stocktake = start_stocktake(
            by=self.member,
            location_id=values.get("location"),
            category_id=values.get("category"),
            note=values.get("note", ""),
            at=timezone.now(),
        )
        return self.shown(self.rows().get(pk=stocktake.pk), status=201)

    @extend_schema(request=CountsIn, responses={201: CountedSerializer(many=True)})
    def counts(self, request: Request, pk: int) -> Response:
        """Each product as it stands after these counts."""
        stocktake = self.get_object()
        counts = [Counted(**line) for line in self.checked(CountsIn)["lines"]]
        lines = add_counts(stocktake=stocktake, by=self.member, counts=counts, at=timezone.now())
        return self.shown(lines, shape=CountedSerializer, many=True, status=201)

    @extend_schema(responses=ComparedSerializer(many=True), filters=False)
    def variances(self, request: Request, pk: int) -> Response:
        """What was counted beside what the books say, what differs most in money first."""
        return self.shown(compare(self.get_object()), shape=ComparedSerializer, many=True)

    @extend_schema(request=RecountIn, responses=StocktakeSerializer)
    def recount(self, request: Request, pk: int) -> Response:
        stocktake = self.get_object()
        ask_recount(stocktake=stocktake, by=self.member, products=self.checked(RecountIn)["products"], at=timezone.now())
        return self.shown(self.rows().get(pk=pk))

    @extend_schema(request=ApproveCountIn, responses=StocktakeSerializer)
    def approve(self, request: Request, pk: int) -> Response:
        stocktake = self.get_object()
        values = self.checked(ApproveCountIn)
        approve_stocktake(
            stocktake=stocktake, by=self.member, at=timezone.now(), missing_are_none=values.get("missing_are_none", False)
        )
        return self.shown(self.rows().get(pk=pk))

    @extend_schema(request=None, responses=StocktakeSerializer)
    def cancel(self, request: Request, pk: int) -> Response:
        cancel_stocktake(stocktake=self.get_object(), by=self.member, at=timezone.now())
        return self.shown(self.rows().get(pk=pk))
