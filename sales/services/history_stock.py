"""Stock that past sales took, where the person who imports them asks for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from accounts.models import Business, Member
from inventory.models import MovementKind, Product, StockLevel
from inventory.services.costs import recost
from inventory.services.ledger import Cause, Move, prepare
from inventory.services.watch import check_business
from inventory.shelves import ProductRef, find_shelves
from sales.models import Sale
from sales.services.costs import follow_costs

FIRST, LAST = (datetime(year, 1, 2, tzinfo=UTC) for year in (1, 9999))


@dataclass(frozen=True)
class Taken:
    """Of one product, what a receipt took off the shelf, or brought back where it is negative."""

    sku: str
    quantity: Decimal


class Shelf:
    """What is left of each product at the default place while receipts are judged one after the other."""

    def __init__(self, business: Business) -> None:
        self._business = business
        self._left: dict[str, Decimal | None] = {}

    def look_up(self, skus: Iterable[str]) -> None:
        """Read what is not known yet. A product without stock of its own is never short; one that is not here has none."""
        fresh = set(skus) - self._left.keys()
        products = Product.objects.for_business(self._business).filter(sku__in=fresh)
        stocked = {p.sku: Decimal(0) if p.is_stocked and not p.has_variants else None for p in products}
        levels = StockLevel.objects.for_business(self._business).filter(product__sku__in=fresh, location__is_default=True)
        held = {level.product.sku: level.available for level in levels.select_related("product")}
        for sku in fresh:
            none = stocked.get(sku, Decimal(0))
            self._left[sku] = none if none is None else held.get(sku, none)

    def take(self, receipt: Sequence[Taken]) -> str:
        """Take what a receipt takes; where something is short take nothing and say what."""
        wanted: dict[str, Decimal] = defaultdict(Decimal)
        for line in receipt:
            wanted[line.sku] += line.quantity
        for sku, quantity in wanted.items():
            left = self._left[sku]
            if left is not None and quantity > max(left, Decimal(0)):
                return f"{sku}: only {max(left, Decimal(0)).normalize():f} left, and the receipt takes {quantity.normalize():f}."
        for sku, quantity in wanted.items():
            left = self._left[sku]
            self._left[sku] = None if left is None else left - quantity
        return ""


def move_history(
    *, by: Member, at: datetime, sales: Sequence[tuple[Sale, Sequence[Taken]]], products: Mapping[str, Product]
) -> None:
    """Post what each receipt took or brought back, at its own moment; what that changes of the past is costed once, at the end.

    Whoever calls checks afterwards what is low.
    """
    since: dict[int, datetime] = {}
    for sale, receipt in sales:
        lines = [line for line in receipt if products[line.sku].is_stocked and not products[line.sku].has_variants]
        refs = [ProductRef(product=products[line.sku].pk) for line in lines]
        shelves = find_shelves(business=by.business, refs=refs) if refs else []
        moves = [_move(shelf, line) for shelf, line in zip(shelves, lines, strict=True)]
        cause = Cause(by=by, at=at, occurred_at=sale.sold_at, reason=by.via)
        posting = prepare(moves=moves, cause=cause, below_zero=by.business.allow_negative_stock, is_history=True)
        posting.write(document_type=sale.kind, document_id=sale.pk, document=sale.number, watching=False, recosting=False)
        for pk, moment in posting.late.items():
            since[pk] = min(since.get(pk, LAST), moment or FIRST)
    for pk, moment in sorted(since.items()):
        recost(business=by.business, products=[pk], since=moment)
    follow_costs(by.business, {(sale.kind, sale.pk) for sale, _ in sales})


def tell_of_low_stock(*, business: Business, at: datetime) -> None:
    """Once, after all receipts."""
    check_business(business=business, at=at, once_stocked=True)


def _move(shelf: StockLevel, line: Taken) -> Move:
    return Move(shelf, -line.quantity, MovementKind.SOLD if line.quantity > 0 else MovementKind.RETURNED)
