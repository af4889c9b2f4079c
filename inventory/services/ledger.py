"""The only way stock moves: a movement, its level and its cost change together, or not at all (rules 1, 2 and 4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.history import has_amounts
from accounts.models import Business, Member
from common.db import create_all, unit_of_work
from inventory.costing import Book, Entry
from inventory.models import MovementKind, Product, StockMovement
from inventory.services.back_dating import Dated, check_balances, check_days, offsets_of
from inventory.services.batches import note_shares, share_out
from inventory.services.books import NEVER_COSTED, event_of, open_for
from inventory.services.costs import Costed, is_fifo, keep, recost, tell
from inventory.services.levels import InsufficientStock, Move, change_levels, lock_products, moved_by, standings_after
from inventory.services.watch import Standing, watch

__all__ = ["Cause", "InsufficientStock", "Move", "Posting", "post", "prepare"]
SKEW = timedelta(minutes=1)  # by which the clocks of two servers may differ, and two who wait for each other


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

    @property
    def is_recent(self) -> bool:
        """As good as now."""
        return self.moment >= self.at - SKEW


@dataclass(frozen=True)
class Posting:
    """Stock that has moved, and what that cost; it has yet to be written, since documents want to know before they are."""

    cause: Cause
    moves: Sequence[Move]
    places: Sequence[int]  # of each move among those that were asked for; products without stock have none
    entries: Mapping[int, Entry]  # by the place among `moves`; what only changes its shelf has none
    books: Mapping[int, Book]
    standings: Mapping[int, Standing]
    late: Mapping[int, datetime | None]  # products whose past this changes, and from when on
    batches: Mapping[int, Mapping[int, Decimal]]  # of each move by its place among `moves`, what of it is of which batch

    @property
    def costs(self) -> dict[int, Decimal]:
        """By the place of the move as it was asked for: what it took from the value of stock; negative where it brought."""
        return {place: -self.entries[index].value for index, place in enumerate(self.places) if index in self.entries}

    def write(
        self,
        *,
        document_type: str = "",
        document_id: int | None = None,
        document: str = "",
        watching: bool = True,
        recosting: bool = True,
    ) -> list[StockMovement]:
        """Write the ledger and the costs; tell of what turned low or out.

        Unless the caller checks all together afterwards (`watching` off), or costs all that is `late` anew (`recosting` off).
        """
        business, cause = self.cause.business, self.cause
        if document_type:
            cause = replace(cause, document_type=document_type, document_id=document_id, document=document)
        if watching and self.standings:
            watch(business=business, standings=list(self.standings.values()), at=cause.at)
        movements = create_all(StockMovement, [_row(move, cause) for move in self.moves])
        self._keep_costs(business, movements)
        note_shares(movements, self.batches)
        for pk, since in sorted(self.late.items()) if recosting else ():
            recost(business=business, products=[pk], since=since)
        return movements[: len(self.places)]  # without what keeps later counts as they are

    def _keep_costs(self, business: Business, movements: Sequence[StockMovement]) -> None:
        keys = {-1 - index: movement.pk for index, movement in enumerate(movements)}
        costed = [
            Costed(movement, _keyed(self.entries[index], keys))
            for index, movement in enumerate(movements)
            if index in self.entries and movement.product_id not in self.late
        ]
        corrected = keep(costed)
        for pk, book in sorted(self.books.items()):
            if pk not in self.late and book.unit_cost != self.standings[pk].product.average_cost:
                Product.objects.filter(pk=pk).update(average_cost=book.unit_cost)
                self.standings[pk].product.average_cost = book.unit_cost
        if corrected:
            tell(business, corrected)


@unit_of_work()
def post(*, moves: Sequence[Move], cause: Cause, below_zero: bool = False, watching: bool = True) -> list[StockMovement]:
    """Move stock and write the ledger. Raises InsufficientStock, and then nothing has moved."""
    return prepare(moves=moves, cause=cause, below_zero=below_zero).write(watching=watching)


@unit_of_work()
def prepare(*, moves: Sequence[Move], cause: Cause, below_zero: bool = False, is_history: bool = False) -> Posting:
    """Move stock and reckon what it cost. Raises InsufficientStock. Whoever calls writes the posting in the same transaction.

    Of what is dated back, no later balance may turn negative; history from elsewhere is checked by its caller, all together.
    Products on several shelves are locked before any shelf; then shelves change. Both in primary-key order, each once,
    so that no two wait for each other.
    """
    places = [place for place, move in enumerate(moves) if move.shelf.product.is_stocked]
    moves = [moves[place] for place in places]
    if not moves:
        return Posting(cause, [], [], {}, {}, {}, {}, {})
    lock_products(moves)
    moves, unchanged = _change(moves, cause, below_zero=below_zero, is_history=is_history)
    standings = standings_after(moves, unchanged)
    batches = share_out(moves, unchanged, days=_days(moves, cause), is_history=is_history)
    opened = open_for(moves, unchanged, fifo=is_fifo(cause.business))
    last = {pk: at for pk, (_, at) in opened.items() if at}
    cause = _in_turn(cause, last)
    late = _late(moves, standings, last, cause)
    moves = [_with_expected_cost(move, is_late=move.product_id in late) for move in moves]
    books = {pk: book for pk, (book, _) in opened.items()}
    entries = {
        index: books[move.product_id].enter(event_of(_row(move, cause), key=-1 - index))
        for index, move in enumerate(moves)
        if move.kind not in NEVER_COSTED
    }
    return Posting(cause, moves, places, entries, books, standings, late, batches)


def _change(moves: list[Move], cause: Cause, *, below_zero: bool, is_history: bool) -> tuple[list[Move], set[int]]:
    """Change shelves. Where something is dated back, also by what keeps later counts as they are; then all that came since is
    looked at, not only what is there now. Answers with the moves that were made, and see `change_levels`."""
    if cause.is_recent and not any(move.occurred_at for move in moves):
        return moves, change_levels(moves, below_zero=below_zero)
    dated = [Dated(move, _moment(move, cause)) for move in moves]
    check_days(cause.business, dated)
    unchanged = change_levels(moves, below_zero=True)
    offsets = offsets_of(dated)
    change_levels([one.move for one in offsets], below_zero=True)
    if not (below_zero or is_history):
        check_balances(cause.business, [*dated, *offsets])
    return [*moves, *(one.move for one in offsets)], unchanged


def _days(moves: Sequence[Move], cause: Cause) -> list[date]:
    return [cause.business.local_day(_moment(move, cause)) for move in moves]


def _moment(move: Move, cause: Cause) -> datetime:
    return move.occurred_at or cause.moment


@has_amounts
def has_moved(business: Business) -> bool:
    """What came has a cost."""
    return StockMovement.objects.for_business(business).exists()


def _in_turn(cause: Cause, last: Mapping[int, datetime]) -> Cause:
    """What happens now comes after what has happened, though its clock or its wait says otherwise by a moment."""
    newest = max(last.values(), default=cause.moment)
    if cause.is_recent and cause.moment < newest < cause.moment + SKEW:
        return replace(cause, occurred_at=newest)
    return cause


def _late(
    moves: Sequence[Move], standings: Mapping[int, Standing], last: Mapping[int, datetime], cause: Cause
) -> dict[int, datetime | None]:
    """Products that moved after a moment of theirs, or (since None) that have stock of which no cost was ever written."""
    late: dict[int, datetime | None] = {}
    moments: dict[int, list[datetime]] = defaultdict(list)
    for move in moves:
        moments[move.product_id].append(_moment(move, cause))
    deltas = moved_by(moves)
    for pk, standing in standings.items():
        first = min(moments[pk])
        if pk not in last and standing.owned != deltas[pk]:
            late[pk] = None
        elif first < max(last.get(pk, first), *moments[pk]):
            late[pk] = first
    return late


def _with_expected_cost(move: Move, *, is_late: bool) -> Move:
    """Where nobody knows what it cost, the ledger keeps what it was expected to."""
    product = move.shelf.product
    is_known = product.average_cost and not is_late
    if is_known or move.unit_cost is not None or move.gives_back is not None or move.kind is MovementKind.MOVED:
        return move
    return replace(move, unit_cost=product.cost or None)


def _keyed(entry: Entry, keys: Mapping[int, int]) -> Entry:
    """With the ids that its movements have by now."""
    corrections = tuple(replace(each, key=keys.get(each.key, each.key)) for each in entry.corrections)
    return replace(entry, key=keys[entry.key], corrections=corrections)


def _row(move: Move, cause: Cause) -> StockMovement:
    moment = _moment(move, cause)
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
        gives_back_id=move.gives_back,
        document_type=cause.document_type,
        document_id=cause.document_id,
        document=cause.document,
    )
