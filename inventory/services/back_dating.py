"""Rule 3: what is entered for an earlier moment. Later counts stay what was counted; no later balance may turn negative."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from heapq import merge

from accounts.models import Business
from common.fields import QUANTITY_STEP
from inventory.models import MovementKind, StockLevel, StockMovement, StocktakeLine, StocktakeState
from inventory.services.closed import check_open_on
from inventory.services.levels import InsufficientStock, Move

ZERO = Decimal(0)
Place = tuple[int, int]  # a product at a location
Shift = tuple[datetime, Decimal, bool]  # a moment, what moves at it, and whether that is new


class NegativeLater(InsufficientStock):
    """At some moment since, a shelf would have held less than nothing."""


@dataclass(frozen=True)
class Dated:
    """A move and when it happened."""

    move: Move
    moment: datetime


def offsets_of(dated: Sequence[Dated]) -> list[Dated]:
    """For each move whose shelf was counted later, one at the count's moment that undoes it, so that the count stays."""
    counts = _counts_after(dated)
    offsets = []
    for place, one in enumerate(dated):
        later = [moment for moment in counts[_place(one.move.shelf)] if moment > one.moment]
        if later:
            undone = replace(
                one.move,
                quantity=-one.move.quantity,
                kind=MovementKind.COUNTED,
                unit_cost=None,
                gives_back=None,
                occurred_at=min(later),
                batch=None,
                like=place,
            )
            offsets.append(Dated(undone, min(later)))
    return offsets


def check_days(business: Business, dated: Iterable[Dated]) -> None:
    """Raise BooksClosed where a move lies in a closed period."""
    check_open_on(business, min(business.local_day(one.moment) for one in dated))


def check_balances(business: Business, dated: Sequence[Dated], *, are_moved: bool = True) -> None:
    """Raise NegativeLater where a shelf would hold less than nothing at any moment since. Nothing of it is written yet.

    The caller holds the shelves; `are_moved` says whether they hold the moves already.
    """
    by_shelf: dict[int, list[Dated]] = defaultdict(list)
    for one in dated:
        by_shelf[one.move.shelf.pk].append(one)
    by_shelf = {pk: moves for pk, moves in by_shelf.items() if any(one.move.quantity < 0 for one in moves)}
    levels = StockLevel.objects.filter(pk__in=by_shelf).values_list("pk", "on_hand", "committed")
    held = {pk: (on_hand, committed) for pk, on_hand, committed in levels}
    later = _moved_since(dated) if by_shelf else {}
    for pk, moves in sorted(by_shelf.items()):
        on_hand, committed = held[pk]
        moved = sum((one.move.quantity for one in moves), ZERO)
        after = on_hand if are_moved else on_hand + moved
        _check_shelf(business, moves, after, committed, later.get(_place(moves[0].move.shelf), []))


def negative_on(business: Business, moment: datetime, left: Decimal, place: str) -> str:
    """How a balance is told of that would turn negative; what would is said before it."""
    day = business.local_day(moment)
    return f"on {day.day} {day:%B %Y} there would have been {left.quantize(QUANTITY_STEP).normalize():f} at {place}"


def _counts_after(dated: Sequence[Dated]) -> dict[Place, list[datetime]]:
    """When approved counts were made of these products at these places, after the first of the moments."""
    lines = StocktakeLine.objects.filter(
        product__in={one.move.product_id for one in dated},
        stocktake__location__in={one.move.shelf.location_id for one in dated},
        stocktake__state=StocktakeState.APPROVED,
        counted__isnull=False,
        counted_at__gt=min(one.moment for one in dated),
    )
    counts: dict[Place, list[datetime]] = defaultdict(list)
    for product, location, moment in lines.values_list("product_id", "stocktake__location_id", "counted_at"):
        if moment is not None:
            counts[product, location].append(moment)
    return counts


def _moved_since(dated: Sequence[Dated]) -> dict[Place, list[Shift]]:
    """What is written of these products at these places from the first of the moments on, in its order."""
    rows = StockMovement.objects.filter(
        product__in={one.move.product_id for one in dated},
        location__in={one.move.shelf.location_id for one in dated},
        occurred_at__gte=min(one.moment for one in dated),
    )
    moved: dict[Place, list[Shift]] = defaultdict(list)
    found = rows.order_by("occurred_at", "pk").values_list("product_id", "location_id", "occurred_at", "quantity")
    for product, location, moment, quantity in found:
        moved[product, location].append((moment, quantity, False))
    return moved


def _check_shelf(
    business: Business, dated: Sequence[Dated], on_hand: Decimal, committed: Decimal, later: Sequence[Shift]
) -> None:
    shifts = sorted(((one.moment, one.move.quantity, True) for one in dated), key=_turn)
    balance = on_hand - sum((quantity for _, quantity, _ in [*later, *shifts]), ZERO)
    shift = ZERO
    for moment, quantity, is_new in merge(later, shifts, key=_turn):
        balance += quantity
        shift += quantity if is_new else ZERO
        if shift < 0 and balance < 0:
            move = dated[0].move
            said = negative_on(business, moment, balance, move.shelf.location.name)
            raise NegativeLater(move.shelf.product, balance, said=said, line=move.line)
    if shift < 0 and on_hand < committed:
        move, left = dated[0].move, on_hand - shift - committed
        raise InsufficientStock(move.shelf.product, left, aside=committed, line=move.line)


def _place(shelf: StockLevel) -> Place:
    return shelf.product_id, shelf.location_id


def _turn(shift: Shift) -> tuple[datetime, int]:
    """Of one moment, first what a count is given so that it stays, then what is there, then what is taken."""
    moment, quantity, is_new = shift
    return moment, (0 if quantity > 0 else 2) if is_new else 1
