"""Transfers in two steps: sent, then received in parts. `POST /stock/transfer/` moves goods at once."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.fields import Flag, Id, Moment, Quantity, Text, Whole, many
from common.api.views import BusinessViewSet, Query
from inventory.api.serializers import MOST_LINES, StockLineIn
from inventory.models import StockTransfer, TransferState
from inventory.queries.transfers import get_whole_transfers
from inventory.services.end_transfer import cancel_transfer, close_transfer
from inventory.services.receive_transfer import Arrived, receive_transfer
from inventory.services.send_transfer import send_transfer
from inventory.services.stock import StockLine

VERSION = "What was read. Without it the last write wins."


class StockTransferLineSerializer(serializers.Serializer[Any]):
    """Quantities are in the product's own unit."""

    id = serializers.IntegerField()
    product = serializers.IntegerField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    sent = Quantity()
    received = Quantity()
    put_back = Quantity(help_text="What came back to where it was sent from.")
    written_off = Quantity(help_text="What never came and was given up.")
    outstanding = Quantity(help_text="What is under way: not available anywhere, and incoming where it goes to.")


class StockTransferSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.CharField()
    to = serializers.IntegerField(source="target_id")
    state = serializers.ChoiceField(TransferState.choices)
    note = serializers.CharField()
    lines = StockTransferLineSerializer(many=True)
    sent_at = Moment()
    sent_by = serializers.CharField(source="sent_by.user.get_full_name")
    ended_at = Moment(allow_null=True)
    ended_by = serializers.CharField(source="ended_by.user.get_full_name", default=None, allow_null=True)
    reason = serializers.CharField(help_text="Why it was closed or cancelled.")
    created_at = Moment()
    version = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language and no name for an attribute."""
        return {"from": serializers.IntegerField(source="source_id")} | super().get_fields()


class StockTransferQuery(Query):
    state = serializers.ChoiceField(TransferState.choices, required=False)
    number = Text(required=False, max_length=20)
    to = Id(required=False, source="target")

    def get_fields(self) -> dict[str, Any]:
        return {"from": Id(required=False, source="source")} | super().get_fields()


class SendTransferIn(serializers.Serializer[Any]):
    to = Id()
    lines = many(StockLineIn, allow_empty=False, max_length=MOST_LINES)
    occurred_at = Moment(required=False, help_text="When the goods left; without it now.")
    note = Text(required=False, allow_blank=True, max_length=255)

    def get_fields(self) -> dict[str, Any]:
        return {"from": Id(required=False, help_text="Without it the default one.")} | super().get_fields()


class ArrivedIn(serializers.Serializer[Any]):
    line = Id(help_text="The id of a line of the transfer.")
    quantity = Quantity(above_zero=True)
    unit = Text(required=False, max_length=40, help_text="Another unit or pack of the product; without it its own.")


class ReceiveTransferIn(serializers.Serializer[Any]):
    lines = many(ArrivedIn, allow_empty=False, max_length=MOST_LINES)
    occurred_at = Moment(required=False)
    note = Text(required=False, allow_blank=True, max_length=255)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)


class CancelTransferIn(serializers.Serializer[Any]):
    reason = Text(required=False, allow_blank=True, max_length=255)
    version = Whole(required=False, min_value=1, max_value=2**31 - 1, help_text=VERSION)


class CloseTransferIn(CancelTransferIn):
    write_off = Flag(
        default=False, help_text="What did not come is lost, and `reason` says how; without it, it is back where it came from."
    )


class StockTransferViewSet(BusinessViewSet):
    """Goods sent from one place to another: in transit → part received → received, closed short, or cancelled. Newest first."""

    model = StockTransfer
    serializer_class = StockTransferSerializer
    query_class = StockTransferQuery
    scope = Scope.STOCK
    needs = dict.fromkeys(("create", "close", "cancel"), Action.TRANSFER) | {"receive": Action.RECEIVE}
    orderings = {"created_at": ("created_at", "id")}
    default_ordering = "-created_at"

    def rows(self) -> QuerySet[StockTransfer]:
        return get_whole_transfers(self.business)

    @extend_schema(request=SendTransferIn, responses={201: StockTransferSerializer})
    def create(self, request: Request) -> Response:
        """Send goods on their way: off the shelf now, on the other one once they are received."""
        values = self.checked(SendTransferIn)
        transfer = send_transfer(
            by=self.member,
            lines=[StockLine(**line) for line in values["lines"]],
            from_id=values.get("from"),
            to_id=values["to"],
            note=values.get("note", ""),
            occurred_at=values.get("occurred_at"),
            at=timezone.now(),
        )
        return self._answer(transfer.pk, status=201)

    @extend_schema(request=ReceiveTransferIn, responses=StockTransferSerializer)
    def receive(self, request: Request, pk: int) -> Response:
        """What came, in parts or whole. More than was sent is refused."""
        transfer, values = self.get_object(), self.checked(ReceiveTransferIn)
        lines = [Arrived(**line) for line in values.pop("lines")]
        receive_transfer(transfer=transfer, by=self.member, lines=lines, at=timezone.now(), **values)
        return self._answer(pk)

    @extend_schema(request=CloseTransferIn, responses=StockTransferSerializer)
    def close(self, request: Request, pk: int) -> Response:
        """Nothing more will come: the rest is put back where it was sent from, or written off."""
        transfer, values = self.get_object(), self.checked(CloseTransferIn)
        close_transfer(transfer=transfer, by=self.member, at=timezone.now(), **values)
        return self._answer(pk)

    @extend_schema(request=CancelTransferIn, responses=StockTransferSerializer)
    def cancel(self, request: Request, pk: int) -> Response:
        """Before any goods have come: all of them are back where they were sent from."""
        transfer, values = self.get_object(), self.checked(CancelTransferIn)
        cancel_transfer(transfer=transfer, by=self.member, at=timezone.now(), **values)
        return self._answer(pk)

    def _answer(self, pk: int, *, status: int = 200) -> Response:
        return self.shown(self.rows().get(pk=pk), status=status)
