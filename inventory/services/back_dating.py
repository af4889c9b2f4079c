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
    offsets = []
    for one in dated:
        moment = _next_count(one.move.shelf, one.moment)
        if moment is not None:
            undone = replace(
                one.move,
                quantity=-one.move.quantity,
                kind=MovementKind.COUNTED,
                unit_cost=None,
                gives_back=None,
                occurred_at=moment,
            )
            offsets.append(Dated(undone, moment))
    return offsets


def hold_shelves(moves: Iterable[Move]) -> None:
    """In primary-key order, as they change: what stands on them is reckoned with before it does."""
    for pk in sorted({move.shelf.pk for move in moves}):
        StockLevel.objects.filter(pk=pk).lock()


def check_days(business: Business, dated: Iterable[Dated]) -> None:
    """Raise BooksClosed where a move lies in a closed period."""
    for day in sorted({business.local_day(one.moment) for one in dated}):
        check_open_on(business, day)


def check_balances(business: Business, dated: Sequence[Dated]) -> None:
    """Raise NegativeLater where a shelf would have held less than nothing at any moment since. The shelves are held."""
    by_shelf: dict[int, list[Dated]] = defaultdict(list)
    for one in dated:
        by_shelf[one.move.shelf.pk].append(one)
    for pk in sorted(by_shelf):
        if any(one.move.quantity < 0 for one in by_shelf[pk]):
            _check_shelf(business, by_shelf[pk])


def _next_count(shelf: StockLevel, moment: datetime) -> datetime | None:
    """When the first approved count of this product at this place after a moment was made."""
    counts = StocktakeLine.objects.filter(
        product=shelf.product_id,
        stocktake__location=shelf.location_id,
        stocktake__state=StocktakeState.APPROVED,
        counted__isnull=False,
        counted_at__gt=moment,
    )
    return counts.order_by("counted_at", "pk").values_list("counted_at", flat=True).first()


def _check_shelf(business: Business, dated: Sequence[Dated]) -> None:
    shelf = dated[0].move.shelf
    shifts = sorted(((one.moment, one.move.quantity, True) for one in dated), key=_turn)
    rows = StockMovement.objects.filter(product=shelf.product_id, location=shelf.location_id, occurred_at__gte=shifts[0][0])
    later = [(*row, False) for row in rows.order_by("occurred_at", "pk").values_list("occurred_at", "quantity")]
    now = StockLevel.objects.values_list("on_hand", flat=True).get(pk=shelf.pk)
    balance = now - sum((quantity for _, quantity, _ in later), ZERO)
    shift = ZERO
    for moment, quantity, is_new in merge(later, shifts, key=_turn):
        balance += quantity
        shift += quantity if is_new else ZERO
        if shift < 0 and balance < 0:
            day = business.local_day(moment)
            line = next((one.move.line for one in dated), None)
            left = balance.quantize(QUANTITY_STEP)
            said = f"on {day.day} {day:%B %Y} there would have been {left.normalize():f}"
            raise NegativeLater(shelf.product, left, said=said, line=line)


def _turn(shift: Shift) -> tuple[datetime, int]:
    """Of one moment, first what a count is given so that it stays, then what is there, then what is taken."""
    moment, quantity, is_new = shift
    return moment, (0 if quantity > 0 else 2) if is_new else 1
