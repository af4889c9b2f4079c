"""What to order of products that run short: how much, in which packs, of whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Business
from common import money
from inventory import units
from inventory.models import Product
from inventory.pace import Pace
from purchasing.models import Offer, Supplier
from purchasing.queries.suppliers import get_offers_of

BEYOND = 14  # days for which it shall last after it has come


@dataclass(frozen=True)
class Purchase:
    """So many of a unit or pack, `pieces` of the product's own unit in all, and what they cost at the offer's price.

    Of what nobody is known to sell, neither supplier nor cost.
    """

    supplier: Supplier | None
    quantity: Decimal
    unit: str
    pieces: Decimal
    cost: Decimal | None


def get_purchases(*, business: Business, products: Sequence[Product], paces: Mapping[int, Pace]) -> dict[int, Purchase]:
    """By product, each `with_stock` and with its packs; of the preferred supplier, else the cheapest. One query.

    Nothing of what is on its way in sufficient number.
    """
    known = {product.pk: product for product in products}
    found: dict[int, Purchase] = {}
    seen = set()
    for offer in get_offers_of(business=business, products=list(known)):
        if offer.product_id in seen or not is_sold(offer, known[offer.product_id]):
            continue
        seen.add(offer.product_id)
        if purchase := _purchase(offer, known[offer.product_id], paces.get(offer.product_id)):
            found[offer.product_id] = purchase
    for product in products:
        need = _need(product, paces.get(product.pk), waiting=0)
        if product.pk not in seen and need > 0:
            quantity = units.rounded_up(need, unit=product.unit)
            found[product.pk] = Purchase(None, quantity, product.unit, quantity, None)
    return found


def is_sold(offer: Offer, product: Product) -> bool:
    """Whether the unit of an offer is one in which the product is counted, or a pack that it still has."""
    return offer.unit == product.unit or offer.unit in _packs(product)


def as_sold(need: Decimal, offer: Offer, product: Product) -> Decimal:
    """How many of the offer's unit cover a need, and at least the fewest that the supplier sells."""
    factor = _packs(product).get(offer.unit, Decimal(1))
    quantity = units.packs_needed(need, pack=factor) if factor != 1 else units.rounded_up(need, unit=product.unit)
    return max(quantity, offer.minimum or money.ZERO)


def shortfall(product: Product) -> Decimal:
    """Its usual quantity, and at least what brings it above its reorder point; nothing where it is above."""
    available, point = _available(product), product.effective_reorder_point or money.ZERO
    if available > point:
        return money.ZERO
    return max(product.reorder_quantity or money.ZERO, point + 1 - available)


def _purchase(offer: Offer, product: Product, pace: Pace | None) -> Purchase | None:
    need = _need(product, pace, waiting=offer.supplier.lead_time)
    if need <= 0:
        return None
    quantity = as_sold(need, offer, product)
    pieces = quantity * _packs(product).get(offer.unit, Decimal(1))
    return Purchase(offer.supplier, quantity, offer.unit, pieces, quantity * offer.price)


def _need(product: Product, pace: Pace | None, *, waiting: int) -> Decimal:
    """At its pace it shall last until the goods come, after days of waiting, and two weeks more."""
    lasting = pace.over(waiting + BEYOND) - _available(product) if pace else money.ZERO
    return max(shortfall(product), lasting)


def _available(product: Product) -> Decimal:
    """What is there and on its way, less what is set aside."""
    available: Decimal = product.total_on_hand - product.total_committed + product.total_incoming  # type: ignore[attr-defined]
    return available


def _packs(product: Product) -> dict[str, Decimal]:
    return {pack.name: pack.factor for pack in product.packs.all()}
