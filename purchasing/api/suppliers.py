from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.views import BusinessViewSet
from purchasing.api.serializers import OfferPriceSerializer, OfferQuery, OfferSerializer, SupplierQuery, SupplierSerializer
from purchasing.models import Offer, OfferPrice, Supplier
from purchasing.services.offers import add_offer, update_offer
from purchasing.services.suppliers import create_supplier, update_supplier

WRITES = dict.fromkeys(("create", "partial_update"), Action.BUY)


class SupplierViewSet(BusinessViewSet):
    model = Supplier
    serializer_class = SupplierSerializer
    query_class = SupplierQuery
    scope = Scope.STOCK
    needs = WRITES
    orderings = {"name": ("name", "id"), "id": ("id",)}

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        return super().filtered(rows.matching(asked.get("search", "")), asked)  # type: ignore[attr-defined]

    @extend_schema(responses={201: SupplierSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(SupplierSerializer)
        return self.shown(create_supplier(by=self.member, values=values, at=timezone.now()), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Without `version` the last write wins. Retire a supplier by `is_active`: their orders stay."""
        supplier, values = self.get_object(), self.checked(SupplierSerializer, partial=True)
        version = values.pop("version", None)
        return self.shown(update_supplier(supplier=supplier, by=self.member, values=values, version=version, at=timezone.now()))


class OfferViewSet(BusinessViewSet):
    """What suppliers sell of which product, and at what price."""

    model = Offer
    serializer_class = OfferSerializer
    query_class = OfferQuery
    scope = Scope.STOCK
    needs = WRITES

    def rows(self) -> QuerySet[Offer]:
        return Offer.objects.for_business(self.business).select_related("product")

    @extend_schema(responses={201: OfferSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(OfferSerializer)
        supplier, product = values.pop("supplier"), values.pop("product")
        offer = add_offer(supplier=supplier, product=product, by=self.member, values=values, at=timezone.now())
        return self.shown(offer, status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Supplier and product stay as they are. Without `version` the last write wins."""
        offer, values = self.get_object(), self.checked(OfferSerializer, partial=True)
        version = values.pop("version", None)
        return self.shown(update_offer(offer=offer, by=self.member, values=values, version=version, at=timezone.now()))


class OfferPriceViewSet(BusinessViewSet):
    """Each price that an offer had, newest first."""

    model = OfferPrice
    serializer_class = OfferPriceSerializer
    orderings = {"since_at": ("since_at", "id")}
    default_ordering = "-since_at"

    def list(self, request: Request, pk: int) -> Response:  # type: ignore[override]  # of one offer
        offer = get_object_or_404(Offer.objects.for_business(self.business), pk=pk)
        return self.paged(self.get_queryset().filter(offer=offer))
