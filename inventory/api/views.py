from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from accounts.permissions import Action
from common.api.views import BusinessViewSet, NamedViewSet
from common.db import unit_of_work
from inventory.api.serializers import CategorySerializer, LocationSerializer, ProductQuery, ProductSerializer
from inventory.models import Category, Location, Product
from inventory.services import catalogue, places
from inventory.sourcing import prefer, with_supplier

CATALOGUE = dict.fromkeys(("create", "partial_update", "destroy"), Action.MANAGE_CATALOGUE)


class CategoryViewSet(NamedViewSet):
    model = Category
    serializer_class = CategorySerializer
    scope = Scope.STOCK
    needs = CATALOGUE

    def save(self, thing: Category, version: int | None) -> Category:
        return places.save_category(category=thing, by=self.member, at=timezone.now(), version=version)


class LocationViewSet(NamedViewSet):
    model = Location
    serializer_class = LocationSerializer
    scope = Scope.STOCK
    needs = CATALOGUE

    def rows(self) -> QuerySet[Location]:
        return Location.objects.for_business(self.business).places()

    def save(self, thing: Location, version: int | None) -> Location:
        return places.save_location(location=thing, by=self.member, at=timezone.now(), version=version)


class ProductViewSet(BusinessViewSet):
    model = Product
    serializer_class = ProductSerializer
    query_class = ProductQuery
    scope = Scope.STOCK
    needs = CATALOGUE
    orderings = {"name": ("name", "id"), "sku": ("sku",), "id": ("id",)}

    def rows(self) -> QuerySet[Product]:
        return with_supplier(Product.objects.for_business(self.business).with_stock().with_transit()).prefetch_related("barcodes")

    def filtered(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        asked = dict(asked)
        rows = rows.matching(asked.pop("search", ""))  # type: ignore[attr-defined]
        if "barcode" in asked:
            rows = rows.filter(barcodes__code=asked.pop("barcode"))
        if "supplier" in asked:
            rows = rows.filter(supplier_id=asked.pop("supplier"))
        state = asked.pop("stock", None)
        if state:
            rows = rows.negative() if state == "negative" else rows.filter(stock_state=state)  # type: ignore[attr-defined]
        return super().filtered(rows, asked)

    @extend_schema(responses={201: ProductSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(ProductSerializer)
        values.pop("version", None)
        source, barcodes = _source(values), values.pop("barcodes", ())
        product = catalogue.create_product(by=self.member, values=values, barcodes=barcodes, at=timezone.now())
        self._prefer(product, source)
        return self.shown(self.rows().get(pk=product.pk), status=201)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Without `version` the last write wins."""
        product = self.get_object()
        values = self.checked(ProductSerializer, partial=True)
        version, barcodes, source = values.pop("version", None), values.pop("barcodes", None), _source(values)
        with unit_of_work():
            catalogue.update_product(
                product=product, by=self.member, values=values, barcodes=barcodes, version=version, at=timezone.now()
            )
            self._prefer(product, source)
        return self.shown(self.rows().get(pk=product.pk))

    def destroy(self, request: Request, pk: int) -> Response:
        """A product that was ever used is deactivated, and stays to be read."""
        catalogue.remove_product(product=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    def _prefer(self, product: Product, source: list[int | None]) -> None:
        for supplier_id in source:
            prefer(product=product, supplier_id=supplier_id, by=self.member, at=timezone.now())


def _source(values: dict[str, Any]) -> list[int | None]:
    """The supplier that was said, null included, taken out of the values; empty where none was."""
    return [values.pop("supplier_id")] if "supplier_id" in values else []
