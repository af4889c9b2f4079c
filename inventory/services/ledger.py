"""The only way stock moves: a movement and its level change together, or not at all (rules 1 and 2)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from accounts.history import has_amounts
from accounts.models import Business, Member
from common.db import create_all, unit_of_work
from common.errors import DomainError
from common.fields import COST_STEP, QUANTITY_STEP
from inventory.models import MovementKind, Product, StockLevel, StockMovement
from inventory.services.watch import Standing, watch


class InsufficientStock(DomainError):
    code = "insufficient_stock"
    field = "quantity"

    def __init__(self, product: Product, left: Decimal, *, line: int | None = None) -> None:
        there_is = f"only {left.normalize():f}" if left > 0 else "none"
        super().__init__(f"{product.label}: {there_is} left.", line=line)
        self.product = product
        self.facts = {"product": product.pk, "sku": product.sku}


@dataclass(frozen=True)
class Move:
    """A signed quantity, in the product's own unit, onto or off one shelf."""

    shelf: StockLevel
    quantity: Decimal
    kind: MovementKind
    unit_cost: Decimal | None = None
    line: int | None = None  # the line of the caller's document, for refusals
    occurred_at: datetime | None = None  # where it is not that of the cause


@dataclass(frozen=True)
class Cause:
    """Who moves stock, when, why, and the document it comes from."""

    by: Member
    at: datetime
    reason: str = ""
    occurred_at: datetime | None = None
    document_type: str = ""
    document_id: int | None = None
    document: str = ""

    @property
    def business(self) -> Business:
        return self.by.business

    @property
    def moment(self) -> datetime:
        return self.occurred_at or self.at


@unit_of_work()
def post(*, moves: Sequence[Move], cause: Cause, below_zero: bool = False, watching: bool = True) -> list[StockMovement]:
    """Move stock and write the ledger. Raises InsufficientStock, and then nothing has moved.

    Products on several shelves are locked before any shelf; then shelves change. Both in primary-key order, each once,
    so that no two wait for each other. Products that turn low or out are told of, unless the caller checks them all
    together afterwards (`watching` off).
    """
    moves = [move for move in moves if move.shelf.product.is_stocked]
    if not moves:
        return []
    _lock_products(moves)
    _change_levels(moves, below_zero=below_zero)
    standings = _standings(moves)
    _average_costs(moves, standings)
    if watching:
        watch(business=cause.business, standings=list(standings.values()), at=cause.at)
    return create_all(StockMovement, [_row(move, cause) for move in moves])


@has_amounts
def has_moved(business: Business) -> bool:
    """What came has a cost."""
    return StockMovement.objects.for_business(business).exists()


def _lock_products(moves: Sequence[Move]) -> None:
    """Two places that move one product wait for each other, since each sums what lies in both, and both change one average.

    A product's only shelf locks it by itself.
    """
    for pk in sorted({move.shelf.product_id for move in moves if move.shelf.shelves != 1}):
        Product.objects.filter(pk=pk).lock()


def _change_levels(moves: Sequence[Move], *, below_zero: bool) -> None:
    deltas: dict[int, Decimal] = defaultdict(Decimal)
    shelves = {move.shelf.pk: move.shelf for move in moves}
    for move in moves:
        deltas[move.shelf.pk] += move.quantity
    for pk in sorted(deltas):
        delta = deltas[pk]
        rows = StockLevel.objects.filter(pk=pk)
        if delta < 0 and not below_zero:
            rows = rows.holding(-delta)
        if not rows.move(delta):
            left = StockLevel.objects.get(pk=pk).available
            line = next(move.line for move in moves if move.shelf.pk == pk)
            raise InsufficientStock(shelves[pk].product, left, line=line)


def _standings(moves: Sequence[Move]) -> dict[int, Standing]:
    """What each moved product has over all locations, read after the change and under its lock.

    So are its state and its average cost: others may have changed them since the shelf was found.
    """
    products = {move.shelf.product_id: move.shelf.product for move in moves}
    sold = {move.shelf.product_id for move in moves if move.kind is MovementKind.SOLD}
    levels = StockLevel.objects.filter(product_id__in=products).order_by("product_id")
    totals = levels.values_list("product_id", "product__stock_state", "product__average_cost")
    standings = {}
    for pk, state, cost, on_hand, committed in totals.annotate(Sum("on_hand"), Sum("committed")):
        products[pk].stock_state, products[pk].average_cost = state, cost
        standings[pk] = Standing(
            product=products[pk],
            on_hand=on_hand.quantize(QUANTITY_STEP),
            committed=committed.quantize(QUANTITY_STEP),
            sold=True if pk in sold else None,
        )
    return standings


def _average_costs(moves: Sequence[Move], standings: dict[int, Standing]) -> None:
    """Moving average over what came in at a known cost; never taken from a zero cost or a stock below zero."""
    for pk, standing in standings.items():
        came = [
            (move.quantity, move.unit_cost)
            for move in moves
            if move.shelf.product_id == pk and move.quantity > 0 and move.unit_cost
        ]
        if not came:
            continue
        quantity = sum((quantity for quantity, _ in came), Decimal(0))
        value = sum((quantity * cost for quantity, cost in came), Decimal(0))
        product = standing.product
        before = max(standing.on_hand - quantity, Decimal(0)) if product.average_cost else Decimal(0)
        average = ((before * product.average_cost + value) / (before + quantity)).quantize(COST_STEP)
        if average != product.average_cost:
            product.average_cost = average
            Product.objects.filter(pk=pk).update(average_cost=average)


def _row(move: Move, cause: Cause) -> StockMovement:
    moment = move.occurred_at or cause.moment
    return StockMovement(
        business=cause.business,
        product=move.shelf.product,
        location_id=move.shelf.location_id,
        kind=move.kind,
        quantity=move.quantity,
        unit_cost=move.unit_cost,
        occurred_at=moment,
        occurred_on=cause.business.local_day(moment),
        recorded_at=cause.at,
        moved_by=cause.by,
        reason=cause.reason[:255],
        document_type=cause.document_type,
        document_id=cause.document_id,
        document=cause.document,
    )
