"""The products and customers that past receipts name, found or created in sets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from accounts.models import Business, Member
from common.db import BATCH
from inventory.models import Product
from inventory.services.bulk import create_products
from sales.models import Customer


class NamedLine(Protocol):
    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def is_stocked(self) -> bool: ...


class NamedCustomer(Protocol):
    @property
    def reference(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def country(self) -> str: ...


def find_products(business: Business, skus: Iterable[str]) -> dict[str, Product]:
    return {product.sku: product for product in Product.objects.for_business(business).filter(sku__in=set(skus))}


def find_customers(business: Business, references: Iterable[str]) -> dict[str, Customer]:
    rows = Customer.objects.for_business(business).filter(reference__in=set(references))
    return {customer.reference: customer for customer in rows}


def skus_by_name(business: Business, names: Iterable[str]) -> dict[str, str]:
    """The SKU of each product that goes by one of these names; the oldest where several do."""
    rows = Product.objects.for_business(business).filter(name__in=set(names)).order_by("-pk")
    return dict(rows.values_list("name", "sku"))


def missing_products(by: Member, lines: Sequence[NamedLine], at: datetime) -> dict[str, Product]:
    """A product for each SKU of the lines, at the price and under the name of the first line that has a price."""
    first: dict[str, NamedLine] = {}
    for line in sorted(lines, key=lambda line: not line.unit_price):
        first.setdefault(line.sku, line)
    rows = [(_values(line), ()) for line in first.values()]
    return {product.sku: product for product in create_products(by=by, rows=rows, at=at)} if rows else {}


def _values(line: NamedLine) -> dict[str, Any]:
    return {"sku": line.sku, "name": (line.name or line.sku)[:200], "price": line.unit_price, "is_stocked": line.is_stocked}


def missing_customers(business: Business, people: Sequence[NamedCustomer], at: datetime) -> dict[str, Customer]:
    rows = [
        Customer(business=business, reference=who.reference, name=who.name[:120], country=who.country[:60], created_at=at)
        for who in people
    ]
    Customer.objects.bulk_create(rows, batch_size=BATCH)
    return find_customers(business, [who.reference for who in people])
