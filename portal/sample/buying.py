"""Whom the sample shop buys from, and its last orders: one billed, one part received, one on its way, one still a draft."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from inventory.shelves import ProductRef
from portal.sample.shop import Item, Shop
from purchasing.models import PurchaseOrder, Supplier
from purchasing.services.bills import Charge, bill_order
from purchasing.services.lines import Wanted
from purchasing.services.offers import add_offer
from purchasing.services.orders import create_order
from purchasing.services.receive import Came, receive_order
from purchasing.services.send import send_order
from purchasing.services.suppliers import create_supplier

OFFERED = 8  # products of each supplier
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Firm:
    name: str
    contact: str
    email: str
    shelf: str
    minimum: int


FIRMS = (
    Firm("Avon Valley Bakery", "Meg Rowe", "orders@avonvalley.example", "BRD", 40),
    Firm("Severn Dairies", "Huw Price", "sales@severndairies.example", "DRY", 60),
    Firm("Harbour Wholefoods", "Nia Clarke", "orders@harbourwholefoods.example", "STC", 80),
)


def buy(*, shop: Shop, at: datetime) -> None:
    """Nothing is mailed: their addresses are made up."""
    bakery, dairy, wholefoods = (_supplier(shop, firm, at - 30 * DAY) for firm in FIRMS)
    billed = _sent(shop, bakery, 5, at - 8 * DAY)
    _receive(shop, billed, 5, at - 6 * DAY)
    charge = Charge(number="AVB-2207", amount=billed.total, billed_on=shop.business.local_day(at - 5 * DAY))
    bill_order(order=billed, charge=charge, by=shop.owner, at=at - 5 * DAY, confirmed=True)
    part = _sent(shop, dairy, 6, at - 3 * DAY)
    _receive(shop, part, 4, at - DAY)
    _sent(shop, wholefoods, 6, at - DAY)
    create_order(supplier=bakery, by=shop.manager, at=at, lines=_lines(bakery, 3))


def _supplier(shop: Shop, firm: Firm, at: datetime) -> Supplier:
    values = {"name": firm.name, "contact": firm.contact, "email": firm.email, "minimum_order": Decimal(firm.minimum)}
    supplier = create_supplier(by=shop.manager, values=values, at=at)
    for item in _items(shop, firm.shelf):
        code = f"{firm.name[:2].upper()}{item.product.sku[-3:]}"
        add_offer(supplier=supplier, product=item.product, by=shop.manager, values={"price": item.cost, "code": code}, at=at)
    return supplier


def _items(shop: Shop, shelf: str) -> list[Item]:
    return [item for item in shop.items if item.product.sku.startswith(shelf)][:OFFERED]


def _lines(supplier: Supplier, count: int) -> list[Wanted]:
    offers = supplier.offers.order_by("pk")[:count]
    return [Wanted(ProductRef(product=offer.product_id), Decimal(24)) for offer in offers]


def _sent(shop: Shop, supplier: Supplier, count: int, at: datetime) -> PurchaseOrder:
    order = create_order(supplier=supplier, by=shop.manager, at=at, lines=_lines(supplier, count))
    return send_order(order=order, by=shop.manager, at=at, email="")


def _receive(shop: Shop, order: PurchaseOrder, count: int, at: datetime) -> None:
    came = [Came(line.pk, line.quantity) for line in order.lines.order_by("pk")[:count]]
    receive_order(order=order, by=shop.clerk, lines=came, at=at)
