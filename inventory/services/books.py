"""A product's book as the derived rows left it at some moment, so that the next movement can be entered into it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F, OuterRef, Q, Subquery, Sum

from common.fields import COST_STEP, QUANTITY_STEP
from inventory.costing import ZERO, Book, Event, Layer, Left, Owed, worth
from inventory.models import MovementCost, MovementKind, Product, StockLevel, StockMovement
from inventory.services.levels import Move

BOUGHT = (MovementKind.RECEIVED, MovementKind.OPENING)
NEVER_COSTED = (MovementKind.MOVED,)  # it only changes place


def read_books(*, products: Iterable[int], fifo: bool, before: datetime | None = None) -> dict[int, Book]:
    """Whole books: all layers, all that is owed. What may come back is looked up by `read_left`."""
    ids = set(products)
    rows = MovementCost.objects.latest_of(Product.objects.filter(pk__in=ids), before=before)
    books = {row.product_id: reopened(row, fifo=fifo) for row in rows}
    if fifo:
        add_layers({pk: book for pk, book in books.items() if book.quantity > 0}, before=before)
    add_owed({pk: book for pk, book in books.items() if book.quantity < 0}, before=before)
    return {pk: books.get(pk) or Book(fifo=fifo) for pk in ids}


def open_for(moves: Sequence[Move], unchanged: Collection[int], *, fifo: bool) -> dict[int, tuple[Book, datetime | None]]:
    """For each product that moves, its book with as much as the moves need, and when it moved last.

    Of those that are unchanged since their shelf was read, that was read along.
    """
    shelves = {move.product_id: move.shelf for move in moves if move.product_id in unchanged}
    rows, last = _last_rows({move.product_id for move in moves}, shelves)
    books = {move.product_id: _from(rows.get(move.product_id), fifo=fifo) for move in moves}
    costed = [move for move in moves if move.kind not in NEVER_COSTED]
    entered = {move.product_id: books[move.product_id] for move in costed}
    if fifo:
        _open_layers(entered, shelves, costed)
    coming = {move.product_id for move in costed if move.quantity > 0}
    add_owed({pk: b for pk, b in entered.items() if b.quantity < 0 and (pk in coming or not b.unit_cost)})
    left = read_left({move.gives_back for move in costed if move.gives_back is not None})
    for book in books.values():
        book.left = left
    return {pk: (book, last.get(pk)) for pk, book in books.items()}


def _last_rows(
    products: Collection[int], shelves: Mapping[int, StockLevel]
) -> tuple[dict[int, MovementCost], dict[int, datetime]]:
    """Of each product the last row, as its shelf brought it along or read now, and when it moved last, if only its place."""
    rows = {pk: shelf.last_cost for pk, shelf in shelves.items() if shelf.last_cost}
    last = {pk: row.at for pk, row in rows.items()}
    if others := products - shelves.keys():
        moved = StockMovement.objects.filter(product=OuterRef("product")).newest_first().values("occurred_at")[:1]
        latest = MovementCost.objects.latest_of(Product.objects.filter(pk__in=others))
        for row in latest.annotate(moved_at=Subquery(moved)):
            rows[row.product_id], last[row.product_id] = row, max(row.at, row.moved_at)  # type: ignore[attr-defined]  # annotated
    return rows, last


def _open_layers(books: Mapping[int, Book], shelves: Mapping[int, StockLevel], moves: Sequence[Move]) -> None:
    """With what is taken from: the first layer, where its shelf brought it along and it holds enough; else all that is needed."""
    leaving: dict[int, Decimal] = defaultdict(Decimal)
    for move in moves:
        leaving[move.product_id] += max(-move.quantity, ZERO)
    wanted = {}
    for pk, book in books.items():
        first = shelves[pk].first_layer if pk in shelves else None
        if first and book.unit_cost and book.gone + leaving[pk] <= first.came:
            book.layers.append(Layer(first.quantity, first.amount, first.came))
        elif book.quantity > 0 and (leaving[pk] or not book.unit_cost):
            wanted[pk] = book
    add_layers(wanted, leaving=leaving)


def _from(row: MovementCost | None, *, fifo: bool) -> Book:
    return Book(fifo=fifo) if row is None else reopened(row, fifo=fifo)


def reopened(row: MovementCost, *, fifo: bool) -> Book:
    """With neither layers nor what is owed: those are added where they are needed."""
    came, gone = row.came.quantize(QUANTITY_STEP), row.gone.quantize(QUANTITY_STEP)
    return Book(
        fifo=fifo,
        quantity=came - gone,
        value=row.value_after.quantize(COST_STEP),
        unit_cost=row.unit_cost.quantize(COST_STEP),
        first_cost=row.first_cost.quantize(COST_STEP),
        came=came,
        gone=gone,
    )


def add_layers(
    books: Mapping[int, Book], *, before: datetime | None = None, leaving: Mapping[int, Decimal] | None = None
) -> None:
    """What came and is not all gone, oldest first; with `leaving` only as much of it as so many units are taken from."""
    wanted = Q(pk=None)
    for pk, book in books.items():
        layers = Q(product=pk, quantity__gt=0, came__gt=book.gone)
        if leaving is not None and book.unit_cost:
            layers &= Q(began__lte=book.gone + leaving[pk])
        wanted |= layers
    rows = MovementCost.objects.annotate(began=F("came") - F("quantity")).filter(wanted, *_until(before)) if books else []
    for row in sorted(rows, key=lambda row: row.came):
        books[row.product_id].layers.append(Layer(row.quantity, row.amount, row.came))


def add_owed(books: Mapping[int, Book], *, before: datetime | None = None) -> None:
    """What went below zero and no receipt has covered yet, in the order in which it went."""
    wanted = Q(pk=None)
    for pk, book in books.items():
        wanted |= Q(product=pk, quantity__lt=0, gone__gt=book.came)
    rows = MovementCost.objects.filter(wanted, *_until(before)) if books else []
    for row in sorted(rows, key=lambda row: row.gone):
        book = books[row.product_id]
        book.owed.append(Owed(row.movement_id, min(-row.quantity, row.gone - book.came)))


def read_left(movements: Iterable[int], *, before: datetime | None = None) -> dict[int, Left]:
    """What movements took and what that cost, corrections included. One that is not costed yet is there, empty."""
    left = {pk: Left(ZERO, ZERO) for pk in movements}
    if not left:
        return left
    until = Q() if before is None else Q(corrections__cause__at__lt=before)
    rows = MovementCost.objects.filter(*_until(before), pk__in=left, quantity__lt=0)
    for row in rows.annotate(corrected=Sum("corrections__amount", filter=until)):
        corrected: Decimal = row.corrected or ZERO  # type: ignore[attr-defined]  # annotated
        left[row.pk] = Left(-row.quantity, -(row.amount + corrected))
    return left


def event_of(movement: StockMovement, landed: Decimal = ZERO, *, key: int | None = None) -> Event:
    """What a row of the ledger says to the book; `key` stands for one that is not written yet."""
    came = movement.quantity > 0
    return Event(
        key=movement.pk if key is None else key,
        quantity=movement.quantity,
        worth=worth(movement.quantity, movement.unit_cost, landed) if came else ZERO,
        is_receipt=movement.kind in BOUGHT,
        gives_back=movement.gives_back_id if came else None,
        expected=ZERO if came else movement.unit_cost or ZERO,
    )


def _until(before: datetime | None) -> list[Q]:
    return [] if before is None else [Q(at__lt=before)]
