"""Shelves change by conditional UPDATE; what stands on them afterwards is known without asking, where nobody came between."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from common.errors import DomainError, on_line
from common.fields import QUANTITY_STEP
from inventory.models import LocationKind, MovementKind, Product, StockLevel
from inventory.services.watch import Standing
from inventory.shelves import BatchRef

ZERO = Decimal(0)


class InsufficientStock(DomainError):
    code = "insufficient_stock"
    field = "quantity"

    def __init__(
        self, product: Product, left: Decimal, *, aside: Decimal = Decimal(0), said: str = "", line: int | None = None
    ) -> None:
        there_is = f"only {left.normalize():f} left" if left > 0 else "none left"
        kept = f", {aside.normalize():f} set aside" if aside else ""
        super().__init__(f"{product.label}: {said or there_is + kept}.", line=line)
        self.product = product
        self.facts = {"product": product.pk, "sku": product.sku}


@dataclass(frozen=True)
class Move:
    """A signed quantity, in the product's own unit, onto or off one shelf.

    `gives_back` is the movement that took what now comes back, so that it comes at the cost it left with.
    """

    shelf: StockLevel
    quantity: Decimal
    kind: MovementKind
    unit_cost: Decimal | None = None
    line: int | None = None  # the line of the caller's document, for refusals
    gives_back: int | None = None
    occurred_at: datetime | None = None  # where it is not that of the cause
    batch: BatchRef | None = None  # where the caller names one
    like: int | None = None  # the place among its posting's moves of one whose batches it is of: the other half of a transfer

    @property
    def product_id(self) -> int:
        return self.shelf.product_id

    def on_its_line(self) -> AbstractContextManager[None]:
        """A refusal raised inside belongs to its line of the caller's document."""
        return nullcontext() if self.line is None else on_line(self.line)


def lock_products(moves: Iterable[Move]) -> None:
    """Two places that move one product wait for each other, since each sums what lies in both, and both change one book.

    A product's only shelf locks it by itself.
    """
    for pk in sorted({move.product_id for move in moves if move.shelf.shelves != 1}):
        Product.objects.filter(pk=pk).lock()


def change_levels(moves: Sequence[Move], *, below_zero: bool) -> set[int]:
    """Change shelves in primary-key order, each once, or raise InsufficientStock.

    Answers with the products of which all that was read with the shelf is still so: the shelf is their only one, and its version
    says that nobody moved it since.
    """
    deltas, shelves = _deltas(moves), {move.shelf.pk: move.shelf for move in moves}
    unchanged = set()
    for pk in sorted(deltas):
        shelf, delta = shelves[pk], deltas[pk]
        rows = StockLevel.objects.filter(pk=pk)
        is_enough = below_zero or delta >= 0 or shelf.available >= -delta
        if shelf.is_alone and is_enough and rows.filter(version=shelf.version).move(delta):
            unchanged.add(shelf.product_id)
            continue
        if delta < 0 and not below_zero:
            rows = rows.holding(-delta)
        if not rows.move(delta):
            now = StockLevel.objects.get(pk=pk)
            line = next(move.line for move in moves if move.shelf.pk == pk)
            raise InsufficientStock(shelf.product, now.available, aside=now.committed, line=line)
    return unchanged


def standings_after(moves: Sequence[Move], unchanged: set[int]) -> dict[int, Standing]:
    """What each moved product has over all places, after the change and under its lock.

    Where others may have changed it since the shelf was found, so are its state, its average cost and
    whether it has batches: they are read anew.
    """
    sold = {move.product_id for move in moves if move.kind is MovementKind.SOLD}
    deltas = _deltas(moves)
    standings = {
        shelf.product_id: Standing(shelf.product, shelf.on_hand + deltas[shelf.pk], shelf.committed)
        for shelf in (move.shelf for move in moves)
        if shelf.product_id in unchanged
    }
    products = {move.product_id: move.shelf.product for move in moves if move.product_id not in unchanged}
    standings |= _standings_read(products) if products else {}
    return {pk: replace(found, sold=True if pk in sold else None) for pk, found in sorted(standings.items())}


def moved_by(moves: Iterable[Move]) -> dict[int, Decimal]:
    """By how much each product changes, over all shelves."""
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for move in moves:
        totals[move.product_id] += move.quantity
    return totals


def _standings_read(products: dict[int, Product]) -> dict[int, Standing]:
    levels = StockLevel.objects.filter(product_id__in=products).order_by("product_id")
    totals = levels.values_list(
        "product_id", "location__kind", "product__stock_state", "product__average_cost", "product__tracks_batches"
    )
    standings = {pk: Standing(product, ZERO) for pk, product in products.items()}
    for pk, kind, state, cost, tracks, on_hand, committed in totals.annotate(Sum("on_hand"), Sum("committed")):
        products[pk].stock_state, products[pk].average_cost, products[pk].tracks_batches = state, cost, tracks
        quantity = on_hand.quantize(QUANTITY_STEP)
        if kind == LocationKind.TRANSIT:
            standings[pk] = replace(standings[pk], in_transit=quantity)
        else:
            standings[pk] = replace(standings[pk], on_hand=quantity, committed=committed.quantize(QUANTITY_STEP))
    return standings


def _deltas(moves: Iterable[Move]) -> dict[int, Decimal]:
    deltas: dict[int, Decimal] = defaultdict(Decimal)
    for move in moves:
        deltas[move.shelf.pk] += move.quantity
    return deltas
