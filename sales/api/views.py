from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.views import BusinessViewSet
from common.errors import InvalidInput
from common.money import ZERO
from inventory.api.stock import end_of, start_of
from sales.api.serializers import RefundIn, SaleIn, SaleQuery, SaleSerializer, VoidIn, basket_of, tenders_of
from sales.models import Sale, SaleLine
from sales.services.sell import record_sale
from sales.services.undo import RefundLine, refund_sale, void_sale


class UnknownLine(InvalidInput):
    code = "unknown_line"
    field = "line"


class SaleViewSet(BusinessViewSet):
    """Receipts: sales, and refunds with negative amounts. Newest first."""

    model = Sale
    serializer_class = SaleSerializer
    query_class = SaleQuery
    scope = Scope.SELL
    needs = {"create": Action.SELL, "void": Action.VOID_OWN, "refund": Action.REFUND}
    orderings = {"sold_at": ("sold_at", "id")}
    default_ordering = "-sold_at"

    def rows(self) -> QuerySet[Sale]:
        lines = Prefetch("lines", SaleLine.objects.select_related("product").order_by("pk"))
        rows = Sale.objects.for_business(self.business).select_related("sold_by__user")
        return rows.prefetch_related(lines, "payments")

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        asked = dict(asked)
        since, until = asked.pop("since", None), asked.pop("until", None)
        if since:
            rows = rows.filter(sold_at__gte=start_of(since, self.business))
        if until:
            rows = rows.filter(sold_at__lt=end_of(until, self.business))
        return super().filtered(rows, asked)

    @extend_schema(request=SaleIn, responses={201: SaleSerializer})
    def create(self, request: Request) -> Response:
        """Sell a basket: stock, receipt, payments and change in one transaction, or nothing."""
        values = self.checked(SaleIn)
        sale = record_sale(
            by=self.member,
            lines=basket_of(values),
            location_id=values.get("location"),
            customer=values.get("customer"),
            discount=values.get("discount", ZERO),
            payments=tenders_of(values),
            sold_at=values.get("sold_at"),
            at=timezone.now(),
        )
        return self.shown(sale, status=201)

    @extend_schema(request=VoidIn, responses=SaleSerializer)
    def void(self, request: Request, pk: int) -> Response:
        """Undo a sale of the same day: its stock is back and its payments are reversed."""
        sale, values = self.get_object(), self.checked(VoidIn)
        void_sale(sale=sale, by=self.member, reason=values["reason"], at=timezone.now())
        return self.shown(self.rows().get(pk=pk))

    @extend_schema(request=RefundIn, responses={201: SaleSerializer})
    def refund(self, request: Request, pk: int) -> Response:
        """Give money back for some of a sale, at the price paid. The answer is the refund, a receipt of its own."""
        sale, values = self.get_object(), self.checked(RefundIn)
        refund = refund_sale(
            sale=sale,
            lines=_lines_of(sale, values["lines"]),
            payments=tenders_of(values),
            reason=values["reason"],
            by=self.member,
            at=timezone.now(),
        )
        return self.shown(self.rows().get(pk=refund.pk), status=201)


def _lines_of(sale: Sale, asked: Sequence[Mapping[str, Any]]) -> list[RefundLine]:
    known = {line.pk: line for line in sale.lines.all()}
    for index, wanted in enumerate(asked):
        if wanted["line"] not in known:
            raise UnknownLine(f"Sale {sale.number} has no line {wanted['line']}.", line=index)
    return [RefundLine(known[wanted["line"]], wanted["quantity"], wanted["restock"]) for wanted in asked]
