"""Suppliers, what they sell, and orders: made as the application makes them."""

from decimal import Decimal
from typing import Any

from accounts.models import Member
from inventory.models import Product
from inventory.shelves import ProductRef
from purchasing.models import Bill, Offer, PurchaseOrder, Receipt, Supplier, SupplierReturn
from purchasing.services.bills import Charge, bill_order
from purchasing.services.lines import Wanted
from purchasing.services.offers import add_offer
from purchasing.services.orders import create_order
from purchasing.services.receive import Came, receive_order
from purchasing.services.send import send_order
from purchasing.services.send_back import Back, send_back
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


def order(
    member: Member, *wanted: tuple[Product, Any], of: Supplier | None = None, price: str = "2.00", **values: Any
) -> PurchaseOrder:
    """A draft; without products one of ten pieces of a new one."""
    of = of or Supplier.objects.filter(business=member.business).first() or supplier(member)
    pairs = wanted or ((ProductFactory(business=member.business), 10),)
    lines = [Wanted(ProductRef(product=product.pk), Decimal(quantity), price=Decimal(price)) for product, quantity in pairs]
    return create_order(supplier=of, by=member, at=NOW, lines=lines, values=values)


def sent(member: Member, *wanted: tuple[Product, Any], **values: Any) -> PurchaseOrder:
    return send_order(order=order(member, *wanted, **values), by=member, at=NOW)


def receive(member: Member, of: PurchaseOrder, *quantities: Any, **options: Any) -> Receipt:
    """Quantities of its lines, in turn, in the product's own unit; all that is outstanding where none are given."""
    lines = list(of.lines.select_related("product").order_by("pk"))
    counts = [Decimal(quantity) for quantity in quantities] or [line.outstanding for line in lines]
    came = [Came(line.pk, count, line.product.unit) for line, count in zip(lines, counts, strict=False) if count]
    return receive_order(order=PurchaseOrder.objects.get(pk=of.pk), by=member, lines=came, **{"at": NOW, **options})


def returned(member: Member, came: Receipt) -> SupplierReturn:
    """One piece of its first line."""
    receipt = Receipt.objects.select_related("order__business", "order__supplier", "location").get(pk=came.pk)
    line = came.lines.order_by("pk")[0]
    return send_back(receipt=receipt, by=member, lines=[Back(line.pk, Decimal(1))], reason="Stale", at=NOW)


def billed(member: Member, of: PurchaseOrder, amount: str = "4.00", number: str = "R-1") -> Bill:
    charge = Charge(number=number, amount=Decimal(amount), billed_on=member.business.local_day(NOW))
    return bill_order(order=PurchaseOrder.objects.get(pk=of.pk), charge=charge, by=member, at=NOW)
