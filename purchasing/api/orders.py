from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import check_scope
from accounts.models import Scope
from accounts.permissions import Action
from common import money
from common.api.views import BusinessViewSet
from purchasing.api.serializers import (
    BillIn,
    BillSerializer,
    EndIn,
    PurchaseOrderIn,
    PurchaseOrderPatch,
    PurchaseOrderQuery,
    PurchaseOrderSerializer,
    ReceiveOrderIn,
    SendIn,
)
from purchasing.models import PurchaseOrder
from purchasing.queries.orders import get_whole_orders
from purchasing.services.bills import Charge, bill_order
from purchasing.services.end import cancel_order, close_order
from purchasing.services.lines import Wanted
from purchasing.services.orders import create_order, update_order
from purchasing.services.receive import Came, receive_order
from purchasing.services.send import send_order

HEAD = ("expected_on", "category", "note")
WHOLE = PurchaseOrderSerializer


class PurchaseOrderViewSet(BusinessViewSet):
    """What is bought: draft → sent → part received → received → closed, or cancelled. Newest first."""

    model = PurchaseOrder
    serializer_class = PurchaseOrderSerializer
    query_class = PurchaseOrderQuery
    scope = Scope.STOCK
    needs = dict.fromkeys(("create", "partial_update", "send", "close", "cancel", "bill"), Action.BUY) | {
        "receive": Action.RECEIVE
    }
    orderings = {"created_at": ("created_at", "id")}
    default_ordering = "-created_at"

    def rows(self) -> QuerySet[PurchaseOrder]:
        return get_whole_orders(self.business).select_related("business")

    @extend_schema(request=PurchaseOrderIn, responses={201: WHOLE})
    def create(self, request: Request) -> Response:
        """A draft: no stock and no budget knows of it until it is sent."""
        values = self.checked(PurchaseOrderIn)
        order = create_order(
            supplier=values["supplier"],
            by=self.member,
            lines=_lines(values) or (),
            location_id=values.get("location"),
            values=_head(values),
            at=timezone.now(),
        )
        return self._answer(order.pk, status=201)

    @extend_schema(request=PurchaseOrderPatch, responses=WHOLE)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a draft. Without `version` the last write wins."""
        order, values = self.get_object(), self.checked(PurchaseOrderPatch)
        version, now = values.get("version"), timezone.now()
        update_order(order=order, by=self.member, lines=_lines(values), values=_head(values), version=version, at=now)
        return self._answer(pk)

    @extend_schema(request=SendIn, responses=WHOLE)
    def send(self, request: Request, pk: int) -> Response:
        """The supplier gets it by email as PDF; its goods are incoming, and its price is committed until it is billed."""
        order, values = self.get_object(), self.checked(SendIn)
        send_order(order=order, by=self.member, at=timezone.now(), **values)
        return self._answer(pk)

    @extend_schema(request=ReceiveOrderIn, responses=WHOLE)
    def receive(self, request: Request, pk: int) -> Response:
        """What came, in parts or whole. More than was ordered is refused beyond the per cent that the settings allow."""
        order, values = self.get_object(), self.checked(ReceiveOrderIn)
        receive_order(
            order=order,
            by=self.member,
            lines=[Came(**line) for line in values["lines"]],
            location_id=values.get("location"),
            landed_cost=values.get("landed_costs") or money.ZERO,
            note=values.get("note", ""),
            version=values.get("version"),
            at=timezone.now(),
        )
        return self._answer(pk)

    @extend_schema(request=EndIn, responses=WHOLE)
    def close(self, request: Request, pk: int) -> Response:
        """Nothing more will come; what has come can still be billed."""
        return self._ended(close_order, pk)

    @extend_schema(request=EndIn, responses=WHOLE)
    def cancel(self, request: Request, pk: int) -> Response:
        """Before any goods have come."""
        return self._ended(cancel_order, pk)

    @extend_schema(request=BillIn, responses={201: BillSerializer})
    def bill(self, request: Request, pk: int) -> Response:
        """What the supplier charges: an expense in the order's category, in place of what the order committed.

        A key with scopes needs `expense` beside `stock`.
        """
        check_scope(request, Scope.EXPENSE)
        order, values, now = self.get_object(), self.checked(BillIn), timezone.now()
        confirmed, version = values.pop("confirmed"), values.pop("version", None)
        charge = Charge(**values | {"billed_on": values.get("billed_on") or self.business.local_day(now)})
        made = bill_order(order=order, charge=charge, by=self.member, at=now, confirmed=confirmed, version=version)
        return self.shown(made, shape=BillSerializer, status=201)

    def _ended(self, end: Callable[..., PurchaseOrder], pk: int) -> Response:
        order, values = self.get_object(), self.checked(EndIn)
        end(order=order, by=self.member, at=timezone.now(), **values)
        return self._answer(pk)

    def _answer(self, pk: int, *, status: int = 200) -> Response:
        return self.shown(self.rows().get(pk=pk), status=status)


def _lines(values: Mapping[str, Any]) -> list[Wanted] | None:
    return [Wanted(**line) for line in values["lines"]] if "lines" in values else None


def _head(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in HEAD if name in values}
