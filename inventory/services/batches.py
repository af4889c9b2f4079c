"""What moves, shared out over batches: first expired, first out (docs/adr/0016).

A shelf's units that are of no batch go first: they were there before anybody wrote down when they expire. The shelf itself
is what keeps two tills from selling the last one twice; whoever comes here has changed it, and so holds its batches too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from common.db import BATCH
from common.errors import DomainError
from inventory.models import Batch, BatchLevel, BatchMovement, MovementKind, StockLevel, StockMovement
from inventory.services.batch_refs import find_batches, spoken
from inventory.services.levels import InsufficientStock, Move

ZERO = Decimal(0)
Shares = dict[int, Decimal]  # by batch, signed like the move


class Expired(DomainError):
    """What is left must not be sold any more."""

    code = "expired"
    field = "quantity"


@dataclass
class Shelf:
    """What lies on one shelf while moves are shared out: of which batch, soonest first, and of none."""

    level: StockLevel
    batches: dict[int, Batch]  # all that are known, of other shelves too
    rest: Decimal = ZERO
    held: dict[int, Decimal] = field(default_factory=dict)
    changes: Shares = field(default_factory=lambda: defaultdict(Decimal))

    def put(self, batch: int, quantity: Decimal) -> Decimal:
        """What of it is there now: where the shelf was below zero, some of it has gone already."""
        gone = min(quantity, max(-self.rest, ZERO))
        self.rest += gone
        return self._change(batch, quantity - gone)

    def take(self, batch: int, quantity: Decimal) -> Decimal:
        """As much of it as there is."""
        return self._change(batch, -min(quantity, self.held.get(batch, ZERO)))

    def take_soonest(self, quantity: Decimal, *, sold_on: date | None) -> Shares:
        """What is of no batch, then what expires soonest; what is sold must not have expired. The last goes below zero."""
        loose = min(quantity, max(self.rest, ZERO))
        wanted, shares = quantity - loose, {}
        for pk in sorted(self.held, key=lambda pk: (self.batches[pk].expires_on, pk)):
            if wanted and self.held[pk] and (sold_on is None or not self.batches[pk].is_expired(sold_on)):
                shares[pk] = self.take(pk, wanted)
                wanted += shares[pk]
        if wanted and sold_on is not None:
            self._check_fresh(quantity - wanted, sold_on)
        self.rest -= loose + wanted
        return shares

    def _change(self, batch: int, quantity: Decimal) -> Decimal:
        self.held[batch] = self.held.get(batch, ZERO) + quantity
        self.changes[batch] += quantity
        return quantity

    def _check_fresh(self, found: Decimal, today: date) -> None:
        expired = [self.batches[pk] for pk, held in self.held.items() if held and self.batches[pk].is_expired(today)]
        if not expired:
            return
        day = max(batch.expires_on for batch in expired)
        left = f"only {found.normalize():f} left that can be sold; the rest" if found else "what is left"
        said = f"{self.level.product.label}: {left} expired on {spoken(day)}."
        raise Expired(f"{said} Take it off the stock as expired.")


def share_out(moves: Sequence[Move], unchanged: Collection[int], *, days: Sequence[date], is_history: bool) -> dict[int, Shares]:
    """By the place of each move, what of it is of which batch; changes what there is of each. The shelves have changed.

    Raises MissingExpiry, Expired, or InsufficientStock where there is too little of a batch that was named. What is history
    from elsewhere asks for no dates. A product without batches costs nothing.
    """
    named = find_batches(moves)
    tracked = [place for place, move in enumerate(moves) if move.shelf.product.tracks_batches]
    if not tracked:
        return {}
    batches = {batch.pk: batch for batch in named.values()}
    shelves = _shelves([moves[place] for place in tracked], unchanged, batches)
    back = _left_to_give_back({moves[place].gives_back or 0 for place in tracked}, batches)
    shares: dict[int, Shares] = {}
    for place in tracked:
        move = moves[place]
        like = shares[move.like] if move.like is not None else back[move.gives_back or 0]
        sold_on = days[place] if move.kind is MovementKind.SOLD and not is_history else None
        with move.on_its_line():
            shares[place] = _share(shelves[move.shelf.pk], move, named.get(place), like, sold_on)
    _write(shelves.values())
    return shares


def note_shares(movements: Sequence[StockMovement], shares: Mapping[int, Mapping[int, Decimal]]) -> None:
    """Write to the ledger of batches what `share_out` has found, now that the movements have their ids."""
    rows = [
        BatchMovement(business_id=movements[place].business_id, movement=movements[place], batch_id=batch, quantity=quantity)
        for place, parts in sorted(shares.items())
        for batch, quantity in sorted(parts.items())
        if quantity
    ]
    if rows:
        BatchMovement.objects.bulk_create(rows, batch_size=BATCH)


def _share(shelf: Shelf, move: Move, named: Batch | None, like: Shares, sold_on: date | None) -> Shares:
    """`like`: parts of another move, of whose batches this one is as far as they go; where it uses some up, they are less."""
    wanted, shares = abs(move.quantity), {}
    if named:
        like = {named.pk: wanted}
    for pk, part in like.items():
        quantity = min(abs(part), wanted)
        shares[pk] = shelf.put(pk, quantity) if move.quantity > 0 else shelf.take(pk, quantity)
        wanted -= quantity if move.quantity > 0 else -shares[pk]
    if move.quantity > 0:
        shelf.rest += wanted
    elif named and wanted:
        left = abs(move.quantity) - wanted
        raise InsufficientStock(shelf.level.product, left, said=f"batch {named} has only {left.normalize():f} left here")
    else:
        for pk, part in shelf.take_soonest(wanted, sold_on=sold_on).items():
            shares[pk] = shares.get(pk, ZERO) + part
    return shares


def _shelves(moves: Sequence[Move], unchanged: Collection[int], batches: dict[int, Batch]) -> dict[int, Shelf]:
    """As they were before these moves."""
    levels = {move.shelf.pk: move.shelf for move in moves}
    places = Q(pk__in=[])
    for level in levels.values():
        places |= Q(batch__product=level.product_id, location=level.location_id)
    by_place = {(level.product_id, level.location_id): Shelf(level, batches) for level in levels.values()}
    for row in BatchLevel.objects.filter(places).in_stock().select_related("batch"):
        batches[row.batch_id] = row.batch
        by_place[row.batch.product_id, row.location_id].held[row.batch_id] = row.on_hand
    shelves = {shelf.level.pk: shelf for shelf in by_place.values()}
    for pk, on_hand in _before(moves, levels, unchanged).items():
        shelves[pk].rest = on_hand - sum(shelves[pk].held.values(), ZERO)
    return shelves


def _before(moves: Sequence[Move], levels: Mapping[int, StockLevel], unchanged: Collection[int]) -> dict[int, Decimal]:
    """By shelf, what there was; asked for only where somebody may have come between."""
    found = {pk: level.on_hand for pk, level in levels.items() if level.product_id in unchanged}
    if others := levels.keys() - found.keys():
        now = dict(StockLevel.objects.filter(pk__in=others).values_list("pk", "on_hand"))
        moved: dict[int, Decimal] = defaultdict(Decimal)
        for move in moves:
            moved[move.shelf.pk] += move.quantity
        found |= {pk: on_hand - moved[pk] for pk, on_hand in now.items()}
    return found


def _left_to_give_back(movements: set[int], batches: dict[int, Batch]) -> dict[int, Shares]:
    """By movement, what of it was of which batch and is not back yet, soonest first."""
    left: dict[int, Shares] = {pk: defaultdict(Decimal) for pk in movements | {0}}
    if ids := movements - {0}:
        of_these = Q(movement__in=ids) | Q(movement__gives_back__in=ids)
        rows = BatchMovement.objects.filter(of_these).select_related("batch", "movement")
        for row in sorted(rows, key=lambda row: (row.batch.expires_on, row.batch_id)):
            batches[row.batch_id] = row.batch
            taker = row.movement_id if row.movement_id in ids else row.movement.gives_back_id
            left[taker or 0][row.batch_id] -= row.quantity
    return left


def _write(shelves: Iterable[Shelf]) -> None:
    changes = {(pk, shelf.level.location_id): change for shelf in shelves for pk, change in shelf.changes.items() if change}
    for (batch, location), change in sorted(changes.items()):
        if not BatchLevel.objects.filter(batch=batch, location=location).move(change):
            BatchLevel.objects.create(batch_id=batch, location_id=location, on_hand=change)
