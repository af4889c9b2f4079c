from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.views import BusinessViewSet
from purchasing.api.serializers import GoodsReceiptQuery, GoodsReceiptSerializer, ReturnIn
from purchasing.models import Receipt
from purchasing.queries.orders import get_whole_receipts
from purchasing.services.send_back import Back, send_back


class GoodsReceiptViewSet(BusinessViewSet):
    """Goods that came of orders, newest first."""

    model = Receipt
    serializer_class = GoodsReceiptSerializer
    query_class = GoodsReceiptQuery
    scope = Scope.STOCK
    needs = {"send_back": Action.BUY}
    orderings = {"received_at": ("received_at", "id")}
    default_ordering = "-received_at"

    def rows(self) -> QuerySet[Any]:
        return get_whole_receipts(self.business)

    @extend_schema(request=ReturnIn, responses=GoodsReceiptSerializer)
    def send_back(self, request: Request, pk: int) -> Response:
        """Goods go back to their supplier: off the shelf, and off what is due, or given back where it is billed already."""
        receipt, values = self.get_object(), self.checked(ReturnIn)
        send_back(
            receipt=receipt,
            by=self.member,
            lines=[Back(**line) for line in values["lines"]],
            reason=values["reason"],
            credit=values.get("credit"),
            at=timezone.now(),
        )
        return self.shown(self.rows().get(pk=pk))
