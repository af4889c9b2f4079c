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
    """The past would have sold what was not there."""


@dataclass(frozen=True)
class Dated:
    """A move and when it happened."""

    move: Move
    moment: datetime


def offsets_of(dated: Sequence[Dated]) -> list[Dated]:
    """For each move whose shelf was counted later, one at the count's moment that undoes it, so that the count stays."""
    counts = _counts_after(dated)
    offsets = []
    for one in dated:
        later = [moment for moment in counts[_place(one.move.shelf)] if moment > one.moment]
        if later:
            undone = replace(
                one.move,
                quantity=-one.move.quantity,
                kind=MovementKind.COUNTED,
                unit_cost=None,
                gives_back=None,
                occurred_at=min(later),
            )
            offsets.append(Dated(undone, min(later)))
    return offsets


def check_days(business: Business, dated: Iterable[Dated]) -> None:
    """Raise BooksClosed where a move lies in a closed period."""
    check_open_on(business, min(business.local_day(one.moment) for one in dated))


def check_balances(business: Business, dated: Sequence[Dated]) -> None:
    """Raise NegativeLater where a shelf holds less than nothing at any moment since. The moves are on the shelves, unwritten.

    Before anything ever came to a shelf the books know of nothing: what is dated there is measured by what came after.
    """
    by_shelf: dict[int, list[Dated]] = defaultdict(list)
    for one in dated:
        by_shelf[one.move.shelf.pk].append(one)
    by_shelf = {pk: moves for pk, moves in by_shelf.items() if any(one.move.quantity < 0 for one in moves)}
    levels = dict(StockLevel.objects.filter(pk__in=by_shelf).values_list("pk", "on_hand"))
    later, known = _moved_since(dated), _known_before(dated)
    for pk, moves in sorted(by_shelf.items()):
        place = _place(moves[0].move.shelf)
        _check_shelf(business, moves, levels[pk], later[place], is_known=place in known)


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


def _known_before(dated: Sequence[Dated]) -> set[Place]:
    rows = StockMovement.objects.filter(
        product__in={one.move.product_id for one in dated}, occurred_at__lt=min(one.moment for one in dated), quantity__gt=0
    )
    return set(rows.order_by().values_list("product_id", "location_id").distinct())


def _check_shelf(business: Business, dated: Sequence[Dated], on_hand: Decimal, later: Sequence[Shift], *, is_known: bool) -> None:
    shifts = sorted(((one.moment, one.move.quantity, True) for one in dated), key=_turn)
    balance = on_hand - sum((quantity for _, quantity, _ in [*later, *shifts]), ZERO)
    shift = ZERO
    for moment, quantity, is_new in merge(later, shifts, key=_turn):
        balance += quantity
        shift += quantity if is_new else ZERO
        is_known = is_known or quantity > 0
        if shift < 0 and balance < 0 and is_known:
            day, move = business.local_day(moment), dated[0].move
            left = balance.quantize(QUANTITY_STEP)
            said = f"on {day.day} {day:%B %Y} there would have been {left.normalize():f}"
            raise NegativeLater(move.shelf.product, left, said=said, line=move.line)
    if balance < 0:
        raise InsufficientStock(dated[0].move.shelf.product, on_hand - shift, line=dated[0].move.line)


def _place(shelf: StockLevel) -> Place:
    return shelf.product_id, shelf.location_id


def _turn(shift: Shift) -> tuple[datetime, int]:
    """Of one moment, first what a count is given so that it stays, then what is there, then what is taken."""
    moment, quantity, is_new = shift
    return moment, (0 if quantity > 0 else 2) if is_new else 1
