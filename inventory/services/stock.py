"""Receive, adjust, take and transfer: what people do with stock apart from selling it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import prefetch_related_objects

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from audit.services import Values
from common.db import unit_of_work
from common.errors import InvalidInput, on_line
from common.fields import COST_STEP, LARGEST_AMOUNT
from inventory import units
from inventory.models import Location, MovementKind, Product, StockLevel, StockMovement
from inventory.services.ledger import Cause, Move, post
from inventory.shelves import BatchRef, ProductRef, check_open, find_location, find_shelves


@dataclass(frozen=True)
class StockLine:
    """A quantity of a product, in its own unit or one that converts to it; cost per unit given.

    `batch` says which of a product's batches comes, where it has some, or is taken; otherwise what expires first is taken.
    """

    ref: ProductRef
    quantity: Decimal
    unit: str = ""
    unit_cost: Decimal | None = None
    batch: BatchRef | None = None


class BadLines(InvalidInput):
    field = "lines"


class NotStocked(InvalidInput):
    field = "product"


class BadMoment(InvalidInput):
    field = "occurred_at"


class BadCost(InvalidInput):
    field = "unit_cost"


class MissingReason(InvalidInput):
    field = "reason"


class SamePlace(InvalidInput):
    field = "to"


@unit_of_work()
def receive_stock(
    *,
    by: Member,
    lines: Sequence[StockLine],
    at: datetime,
    location_id: int | None = None,
    occurred_at: datetime | None = None,
    reason: str = "",
    kind: MovementKind = MovementKind.RECEIVED,
    watching: bool = True,
) -> list[StockMovement]:
    """Goods in, at their cost or, where none is given, at the product's expected or average cost."""
    by.must(Action.RECEIVE)
    check_moment(by, occurred_at, at)
    cause = Cause(by=by, at=at, reason=reason, occurred_at=occurred_at)
    shelved = _shelved(by, lines, location_id)
    check_open(shelved[0][0].location)
    moves = _moves(shelved, lambda shelf, line: _incoming(shelf, line, kind))
    return _posted("stock received", moves, cause, watching=watching)


@unit_of_work()
def adjust_stock(
    *,
    by: Member,
    lines: Sequence[StockLine],
    reason: str,
    at: datetime,
    location_id: int | None = None,
    occurred_at: datetime | None = None,
) -> list[StockMovement]:
    """Correct what is on hand by signed quantities, with a reason."""
    by.must(Action.ADJUST)
    if not reason.strip():
        raise MissingReason("Say why the stock is adjusted.")
    check_moment(by, occurred_at, at)
    moves = _moves(
        _shelved(by, lines, location_id),
        lambda shelf, line: Move(shelf, _quantity(shelf, line), MovementKind.ADJUSTED, batch=line.batch),
    )
    return _posted("stock adjusted", moves, Cause(by=by, at=at, reason=reason, occurred_at=occurred_at))


@unit_of_work()
def take_stock(
    *,
    by: Member,
    lines: Sequence[StockLine],
    reason: str,
    at: datetime,
    location_id: int | None = None,
    occurred_at: datetime | None = None,
) -> list[StockMovement]:
    """Take goods off the shelf without a sale: broken, eaten, used in the shop."""
    by.must(Action.ADJUST)
    if not reason.strip():
        raise MissingReason("Say what became of it.")
    check_moment(by, occurred_at, at)
    moves = _moves(_shelved(by, lines, location_id), lambda shelf, line: _outgoing(shelf, line, MovementKind.TAKEN))
    return _posted("stock taken", moves, Cause(by=by, at=at, reason=reason, occurred_at=occurred_at))


@unit_of_work()
def transfer_stock(
    *,
    by: Member,
    lines: Sequence[StockLine],
    from_id: int | None,
    to_id: int,
    at: datetime,
    reason: str = "",
    occurred_at: datetime | None = None,
) -> list[StockMovement]:
    """Move goods between two places of the business; the total and its value stay."""
    by.must(Action.TRANSFER)
    check_moment(by, occurred_at, at)
    source, target = find_ends(by=by, from_id=from_id, to_id=to_id)
    leaving = leaving_moves(by=by, lines=lines, location_id=source.pk)
    arrivals = find_shelves(business=by.business, refs=[line.ref for line in lines], location_id=target.pk)
    moves = carried(leaving, onto=arrivals)
    return _posted("stock transferred", moves, Cause(by=by, at=at, reason=reason, occurred_at=occurred_at))


def find_ends(*, by: Member, from_id: int | None, to_id: int) -> tuple[Location, Location]:
    """Two different places of the business; the one that goods go to is open."""
    source = find_location(business=by.business, location_id=from_id, field="from")
    target = find_location(business=by.business, location_id=to_id, field="to")
    if source.pk == target.pk:
        raise SamePlace("Choose two different places.")
    check_open(target, field="to")
    return source, target


def leaving_moves(*, by: Member, lines: Sequence[StockLine], location_id: int) -> list[Move]:
    """What leaves a place for another, line by line, in each product's own unit. Nothing has moved yet."""
    return _moves(_shelved(by, lines, location_id), lambda shelf, line: _outgoing(shelf, line, MovementKind.MOVED))


def carried(leaving: Sequence[Move], *, onto: Sequence[StockLevel]) -> list[Move]:
    """Each move with its other half, of the same batches, on the shelf that it goes to."""
    coming = [
        replace(move, shelf=shelf, quantity=-move.quantity, batch=None, like=2 * index)
        for index, (move, shelf) in enumerate(zip(leaving, onto, strict=True))
    ]
    return [move for pair in zip(leaving, coming, strict=True) for move in pair]


def convert(*, shelf: StockLevel, quantity: Decimal, unit: str) -> tuple[Decimal, Decimal]:
    """A quantity in the product's own unit, and the factor that led there."""
    product = shelf.product
    factor = Decimal(1)
    if unit and unit != product.unit:
        packs = {pack.name: pack.factor for pack in product.packs.all()}
        factor = units.factor(given=unit, base=product.unit, packs=packs, label=product.label)
    return units.checked(quantity * factor, unit=product.unit, label=product.label), factor


def look_up_packs(asked: Iterable[tuple[Product, str]]) -> None:
    """Before many quantities are converted: one query for the packs that their units may mean."""
    prefetch_related_objects([product for product, unit in asked if unit and unit != product.unit], "packs")


def _shelved(by: Member, lines: Sequence[StockLine], location_id: int | None) -> list[tuple[StockLevel, StockLine]]:
    if not lines:
        raise BadLines("Add at least one line.")
    shelves = find_shelves(business=by.business, refs=[line.ref for line in lines], location_id=location_id)
    for index, shelf in enumerate(shelves):
        if not shelf.product.is_stocked or shelf.product.has_variants:
            raise NotStocked(f"{shelf.product.label} has no stock of its own.", line=index)
    look_up_packs((shelf.product, line.unit) for shelf, line in zip(shelves, lines, strict=True))
    return list(zip(shelves, lines, strict=True))


def _moves(shelved: Sequence[tuple[StockLevel, StockLine]], move: Callable[[StockLevel, StockLine], Move]) -> list[Move]:
    """A move for each line; a refusal says which line it means."""
    moves = []
    for index, (shelf, line) in enumerate(shelved):
        with on_line(index):
            moves.append(replace(move(shelf, line), line=index))
    return moves


def _quantity(shelf: StockLevel, line: StockLine) -> Decimal:
    return convert(shelf=shelf, quantity=line.quantity, unit=line.unit)[0]


def _positive(shelf: StockLevel, line: StockLine) -> Decimal:
    quantity = _quantity(shelf, line)
    if quantity < 0:
        raise units.BadQuantity(f"{shelf.product.label}: enter a quantity above 0.")
    return quantity


def _outgoing(shelf: StockLevel, line: StockLine, kind: MovementKind) -> Move:
    return Move(shelf, -_positive(shelf, line), kind, batch=line.batch)


def _incoming(shelf: StockLevel, line: StockLine, kind: MovementKind) -> Move:
    quantity, factor = convert(shelf=shelf, quantity=line.quantity, unit=line.unit)
    if quantity < 0:
        raise units.BadQuantity(f"{shelf.product.label}: enter a quantity above 0.")
    cost = line.unit_cost
    if cost is not None and not 0 <= cost <= LARGEST_AMOUNT:
        raise BadCost(f"{shelf.product.label}: a cost lies between 0 and {LARGEST_AMOUNT:,}.")
    if cost is not None:
        return Move(shelf, quantity, kind, (cost / factor).quantize(COST_STEP), batch=line.batch)
    return Move(shelf, quantity, kind, shelf.product.cost or shelf.product.average_cost or None, batch=line.batch)


def check_moment(by: Member, occurred_at: datetime | None, at: datetime) -> None:
    """Raise BadMoment for the future, and NotAllowed for an earlier day without the right to enter it."""
    if occurred_at is None:
        return
    if occurred_at > at:
        raise BadMoment("That moment lies in the future.")
    if by.business.local_day(occurred_at) < by.business.local_day(at):
        by.must(Action.BACK_DATE)


def _posted(action: str, moves: Sequence[Move], cause: Cause, *, watching: bool = True) -> list[StockMovement]:
    """Move, and write one entry in the trail of each product."""
    movements = post(moves=moves, cause=cause, watching=watching)
    trail.record_all(action, _lines_by_product(movements), by=cause.by, at=cause.at, reason=cause.reason)
    return movements


def _lines_by_product(movements: Sequence[StockMovement]) -> list[tuple[Product, Values]]:
    lines: dict[int, list[Values]] = defaultdict(list)
    for m in movements:
        lines[m.product_id].append({"sku": m.product.sku, "location": m.location_id, "quantity": str(m.quantity)})
    products = {m.product_id: m.product for m in movements}
    return [(products[pk], {"lines": said}) for pk, said in lines.items()]
