from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Business, Scope
from accounts.permissions import Action
from common.api.views import BusinessViewSet, Query
from inventory.api.serializers import (
    AdjustIn,
    AllMovementsQuery,
    MovementQuery,
    MovementSerializer,
    ReceiveIn,
    StockLevelQuery,
    StockLevelSerializer,
    TakeIn,
    TransferIn,
)
from inventory.models import Product, StockLevel, StockMovement
from inventory.services import stock
from inventory.services.stock import StockLine

MOVED = {201: MovementSerializer(many=True)}


class MovementViewSet(BusinessViewSet):
    """The ledger, newest first."""

    model = StockMovement
    serializer_class = MovementSerializer
    query_class: type[Query] = AllMovementsQuery
    orderings = {"occurred_at": ("occurred_at", "id")}
    default_ordering = "-occurred_at"

    def rows(self) -> QuerySet[StockMovement]:
        rows = StockMovement.objects.for_business(self.business)
        return rows.select_related("product", "moved_by__user")

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        asked = dict(asked)
        since, until = asked.pop("since", None), asked.pop("until", None)
        if since:
            rows = rows.filter(occurred_at__gte=start_of(since, self.business))
        if until:
            rows = rows.filter(occurred_at__lt=end_of(until, self.business))
        return super().filtered(rows, asked)


class ProductMovementViewSet(MovementViewSet):
    """What happened to one product, newest first."""

    query_class = MovementQuery

    def list(self, request: Request, pk: int) -> Response:  # type: ignore[override]  # of one product
        product = get_object_or_404(Product.objects.for_business(self.business), pk=pk)
        return self.paged(self.filtered(self.get_queryset().filter(product=product), self.asked()))


class StockViewSet(BusinessViewSet):
    """What lies where, and what people do with it apart from selling."""

    model = StockLevel
    serializer_class = StockLevelSerializer
    query_class = StockLevelQuery
    scope = Scope.STOCK
    needs = {"receive": Action.RECEIVE, "adjust": Action.ADJUST, "take": Action.ADJUST, "transfer": Action.TRANSFER}
    orderings = {"product": ("product__name", "product_id", "id")}

    def rows(self) -> QuerySet[StockLevel]:
        return StockLevel.objects.for_business(self.business).in_places().select_related("product")

    @extend_schema(request=ReceiveIn, responses=MOVED)
    def receive(self, request: Request) -> Response:
        values = self.checked(ReceiveIn)
        movements = stock.receive_stock(
            by=self.member,
            lines=_lines(values),
            location_id=values.get("location"),
            occurred_at=values.get("occurred_at"),
            reason=values.get("reason", ""),
            at=timezone.now(),
        )
        return self._moved(movements)

    @extend_schema(request=AdjustIn, responses=MOVED)
    def adjust(self, request: Request) -> Response:
        values = self.checked(AdjustIn)
        movements = stock.adjust_stock(
            by=self.member,
            lines=_lines(values),
            location_id=values.get("location"),
            reason=values["reason"],
            occurred_at=values.get("occurred_at"),
            at=timezone.now(),
        )
        return self._moved(movements)

    @extend_schema(request=TakeIn, responses=MOVED)
    def take(self, request: Request) -> Response:
        """Goods that leave the shelf without a sale: broken, eaten, used in the shop."""
        values = self.checked(TakeIn)
        movements = stock.take_stock(
            by=self.member,
            lines=_lines(values),
            location_id=values.get("location"),
            reason=values["reason"],
            occurred_at=values.get("occurred_at"),
            at=timezone.now(),
        )
        return self._moved(movements)

    @extend_schema(request=TransferIn, responses=MOVED)
    def transfer(self, request: Request) -> Response:
        values = self.checked(TransferIn)
        movements = stock.transfer_stock(
            by=self.member,
            lines=_lines(values),
            from_id=values.get("from"),
            to_id=values["to"],
            reason=values.get("reason", ""),
            occurred_at=values.get("occurred_at"),
            at=timezone.now(),
        )
        return self._moved(movements)

    def _moved(self, movements: Sequence[StockMovement]) -> Response:
        return self.shown(movements, shape=MovementSerializer, many=True, status=201)


def start_of(given: date, business: Business) -> datetime:
    return given if isinstance(given, datetime) else business.days(given, given).since


def end_of(given: date, business: Business) -> datetime:
    """The moment itself, or the end of the day."""
    return given if isinstance(given, datetime) else business.days(given, given).until


def _lines(values: Mapping[str, Any]) -> list[StockLine]:
    return [StockLine(**line) for line in values["lines"]]
