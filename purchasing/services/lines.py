"""The lines of an order: each product once, in a unit that is known of it, at what the supplier asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.errors import DomainError, InvalidInput, on_line
from common.fields import LARGEST_AMOUNT
from inventory import units
from inventory.models import Product, StockLevel
from inventory.services.catalogue import BadPrice, check_price
from inventory.services.stock import NotStocked
from inventory.shelves import ProductRef, find_shelves
from purchasing.models import Offer, PurchaseLine, PurchaseOrder
from purchasing.services.offers import factor_of

MOST_LINES = 200


class TwiceOrdered(InvalidInput):
    code = "twice_ordered"
    field = "product"


class BadLines(InvalidInput):
    field = "lines"


class BelowFewest(DomainError):
    """The supplier sells no fewer in one order."""

    code = "below_fewest"
    field = "quantity"


class AmountTooLarge(InvalidInput):
    field = "quantity"


@dataclass(frozen=True)
class Wanted:
    """A quantity of a product, in a unit or pack of it; without one, and without a price, as the supplier sells it."""

    ref: ProductRef
    quantity: Decimal
    unit: str = ""
    price: Decimal | None = None


def lines_of(order: PurchaseOrder, wanted: Sequence[Wanted]) -> list[PurchaseLine]:
    """Unsaved lines, checked. A refusal says which line it means."""
    if len(wanted) > MOST_LINES:
        raise BadLines(f"An order has at most {MOST_LINES} lines.")
    if not wanted:
        return []
    shelves = find_shelves(business=order.business, refs=[each.ref for each in wanted], location_id=order.location_id)
    products = _with_packs([shelf.product for shelf in shelves])
    offers = _offers(order, products)
    lines: dict[int, PurchaseLine] = {}
    for index, (shelf, each) in enumerate(zip(shelves, wanted, strict=True)):
        with on_line(index):
            product = products[shelf.product_id]
            if product.pk in lines:
                raise TwiceOrdered(f"{product.label} stands on two lines. Put them together.")
            lines[product.pk] = _line(order, product, each, offers.get(product.pk))
    return list(lines.values())


def shelves_of(order: PurchaseOrder, lines: Sequence[PurchaseLine]) -> dict[int, StockLevel]:
    """By product, the shelves that the order's goods are to come to."""
    refs = [ProductRef(product=line.product_id) for line in lines]
    found = find_shelves(business=order.business, refs=refs, location_id=order.location_id)
    return {shelf.product_id: shelf for shelf in found}


def _with_packs(products: Sequence[Product]) -> dict[int, Product]:
    ids = [product.pk for product in products]
    return {product.pk: product for product in Product.objects.filter(pk__in=ids).prefetch_related("packs")}


def _offers(order: PurchaseOrder, products: dict[int, Product]) -> dict[int, Offer]:
    rows = Offer.objects.filter(supplier=order.supplier_id, is_active=True, product__in=list(products))
    return {offer.product_id: offer for offer in rows}


def _line(order: PurchaseOrder, product: Product, wanted: Wanted, offer: Offer | None) -> PurchaseLine:
    if not product.is_stocked or product.has_variants:
        raise NotStocked(f"{product.label} has no stock of its own.")
    unit = wanted.unit or (offer.unit if offer else product.unit)
    factor = factor_of(product, unit)
    ordered = units.checked(wanted.quantity * factor, unit=product.unit, label=product.label)
    if ordered < 0:
        raise units.BadQuantity(f"{product.label}: enter a quantity above 0.")
    if offer and offer.unit == unit and offer.minimum and wanted.quantity < offer.minimum:
        raise BelowFewest(f"{order.supplier} sells at least {offer.minimum.normalize():f} × {unit} of {product.label}.")
    price = _price(order, product, wanted, offer, unit, factor)
    amount = order.business.money(wanted.quantity * price)
    if amount > LARGEST_AMOUNT:
        raise AmountTooLarge(f"{product.label}: {wanted.quantity.normalize():f} at that price is more than can be written down.")
    return PurchaseLine(
        order=order,
        product=product,
        offer=offer,
        description=product.label,
        code=offer.code if offer else "",
        unit=unit,
        factor=factor,
        quantity=wanted.quantity,
        price=price,
        amount=amount,
        ordered=ordered,
    )


def _price(order: PurchaseOrder, product: Product, wanted: Wanted, offer: Offer | None, unit: str, factor: Decimal) -> Decimal:
    """As given, else as the supplier asks for this unit, else what the product is known to cost."""
    if wanted.price is not None:
        check_price(order.business, wanted.price)
        return wanted.price
    if offer and offer.unit == unit:
        return offer.price
    if product.known_cost is None:
        raise BadPrice(f"{product.label}: nobody knows its price at {order.supplier}. Enter it.")
    return order.business.money(product.known_cost * factor)
