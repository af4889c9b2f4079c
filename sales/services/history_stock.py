"""Stock that past sales took, where the person who imports them asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from accounts.models import Business, Member
from inventory.models import MovementKind, Product, StockLevel
from inventory.services.back_dating import Dated, check_balances, offsets_of
from inventory.services.costs import hold, recost
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


def move_history(
    *, by: Member, at: datetime, sales: Sequence[tuple[Sale, Sequence[Taken]]], products: Mapping[str, Product]
) -> None:
    """Post what each receipt took or brought back, at its own moment; what that changes of the past is costed once, at the end.

    Raises NegativeLater where a shelf would have held less than nothing on any day since, and then nothing has moved.
    Whoever calls checks afterwards what is low.
    """
    allowed = by.business.allow_negative_stock
    if not allowed:
        _check(by, sales, products)
    since: dict[int, datetime] = {}
    for sale, receipt in sales:
        cause = Cause(by=by, at=at, occurred_at=sale.sold_at, reason=by.via)
        posting = prepare(moves=_moves(by.business, receipt, products), cause=cause, below_zero=allowed, is_history=True)
        posting.write(document_type=sale.kind, document_id=sale.pk, document=sale.number, watching=False, recosting=False)
        for pk, moment in posting.late.items():
            since[pk] = min(since.get(pk, LAST), moment or FIRST)
    for pk, moment in sorted(since.items()):
        recost(business=by.business, products=[pk], since=moment)
    follow_costs(by.business, {(sale.kind, sale.pk) for sale, _ in sales})


def tell_of_low_stock(*, business: Business, at: datetime) -> None:
    """Once, after all receipts."""
    check_business(business=business, at=at, once_stocked=True)


def _check(by: Member, sales: Sequence[tuple[Sale, Sequence[Taken]]], products: Mapping[str, Product]) -> None:
    """All receipts together against what the ledger says of every day since, while nobody else moves their products."""
    hold({products[line.sku].pk for _, receipt in sales for line in receipt})
    lines = [(sale, line) for sale, receipt in sales for line in receipt]
    moves = _moves(by.business, [line for _, line in lines], products)
    moments = [sale.sold_at for sale, line in lines if _has_stock(products[line.sku])]
    dated = [Dated(move, moment) for move, moment in zip(moves, moments, strict=True)]
    if dated:
        check_balances(by.business, [*dated, *offsets_of(dated)], are_moved=False)


def _moves(business: Business, receipt: Sequence[Taken], products: Mapping[str, Product]) -> list[Move]:
    lines = [line for line in receipt if _has_stock(products[line.sku])]
    refs = [ProductRef(product=products[line.sku].pk) for line in lines]
    shelves = find_shelves(business=business, refs=refs) if refs else []
    return [_move(shelf, line) for shelf, line in zip(shelves, lines, strict=True)]


def _has_stock(product: Product) -> bool:
    return product.is_stocked and not product.has_variants


def _move(shelf: StockLevel, line: Taken) -> Move:
    return Move(shelf, -line.quantity, MovementKind.SOLD if line.quantity > 0 else MovementKind.RETURNED)
