"""Suppliers, what they sell, and orders: made as the application makes them."""

from decimal import Decimal
from typing import Any

from accounts.models import Member
from inventory.models import Product
from purchasing.models import Offer, Supplier
from purchasing.services.offers import add_offer
from purchasing.services.suppliers import create_supplier
from tests.factories import NOW, ProductFactory


def supplier(member: Member, name: str = "Bakers & Sons", **values: Any) -> Supplier:
    return create_supplier(by=member, values={"name": name, "email": "orders@bakers.example", **values}, at=NOW)


def offer(
    member: Member, of: Supplier | None = None, product: Product | None = None, price: str = "2.00", **values: Any
) -> Offer:
    product = product or ProductFactory(business=member.business)
    of = of or Supplier.objects.filter(business=member.business).first() or supplier(member)
    return add_offer(supplier=of, product=product, by=member, values={"price": Decimal(price), **values}, at=NOW)
