"""Counting what is there: by scan, by several people at once, blind; recounted, then approved once and for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import create_all, unit_of_work
from common.errors import DomainError, InvalidInput, on_line
from common.fields import LARGEST_QUANTITY
from inventory.models import (
    Category,
    MovementKind,
    StockLevel,
    Stocktake,
    StocktakeCount,
    StocktakeLine,
    StocktakeState,
)
from inventory.queries.stocktake import get_expected, get_uncounted
from inventory.services.costs import hold
from inventory.services.ledger import Cause, InsufficientStock, Move, post
from inventory.services.stock import convert, look_up_packs
from inventory.shelves import ProductRef, check_open, find_location, find_shelves
from inventory.units import BadQuantity

ZERO = Decimal(0)
DOCUMENT = "stocktake"


class AlreadyCounting(DomainError):
    code = "already_counting"
    field = "location"


class CountClosed(DomainError):
    code = "count_closed"


class NothingCounted(DomainError):
    code = "nothing_counted"


class CountTooSmall(DomainError):
    """More was sold or taken since than was counted: the count cannot be right."""

    code = "count_too_small"


class UnknownCategory(InvalidInput):
    code = "unknown_category"
    field = "category"


class NotCountable(InvalidInput):
    code = "not_countable"
    field = "product"


@dataclass(frozen=True)
class Counted:
    """So many of a product lie here, on top of what was counted of it before or, with `instead`, in its place."""

    ref: ProductRef
    quantity: Decimal
    unit: str = ""
    instead: bool = False


@unit_of_work()
def start_stocktake(
    *, by: Member, at: datetime, location_id: int | None = None, category_id: int | None = None, note: str = ""
) -> Stocktake:
    """Begin to count a place, or a category in it. Raises AlreadyCounting where a count of that place is open."""
    by.must(Action.COUNT)
    location = find_location(business=by.business, location_id=location_id)
    check_open(location)
    category = _category(by, category_id)
    stocktake = Stocktake(
        business=by.business, location=location, category=category, note=note.strip()[:255], started_by=by, started_at=at
    )
    stocktake.slot = f"{location.pk}"
    try:
        with transaction.atomic():
            stocktake.save()
    except IntegrityError as error:
        raise AlreadyCounting(f"{location.name} is being counted already. Go on with that count, or end it first.") from error
    trail.record("count started", stocktake, by=by, at=at, after={"location": location.name, "category": str(category or "")})
    return stocktake


@unit_of_work()
def add_counts(*, stocktake: Stocktake, by: Member, counts: Sequence[Counted], at: datetime) -> list[StocktakeLine]:
    """Note what was counted; each line as it stands after it. Raises CountClosed once the count has ended.

    Who counts in the same session waits for a moment, so that two people's counts of one product are both in its sum.
    """
    by.must(Action.COUNT)
    if not counts:
        raise NothingCounted("Scan or enter at least one product.")
    _hold_open(stocktake)
    shelves = find_shelves(business=by.business, refs=[count.ref for count in counts], location_id=stocktake.location_id)
    look_up_packs((shelf.product, count.unit) for shelf, count in zip(shelves, counts, strict=True))
    lines = _lines(stocktake, shelves)
    rows = []
    for index, (shelf, count) in enumerate(zip(shelves, counts, strict=True)):
        with on_line(index):
            _check_in_scope(stocktake, shelf)
            line = lines[shelf.product_id]
            _add(line, _quantity(shelf, count), instead=count.instead, at=at)
            rows.append(_row(line, by, _quantity(shelf, count), at))
    touched = list({row.line_id: row.line for row in rows}.values())
    StocktakeLine.objects.bulk_update(touched, ["turn", "counted", "counted_at"])
    create_all(StocktakeCount, rows)
    return [lines[shelf.product_id] for shelf in shelves]


@unit_of_work()
def ask_recount(*, stocktake: Stocktake, by: Member, products: Sequence[int], at: datetime) -> int:
    """What was counted of these does not hold: they are to be counted anew. How many there were."""
    by.must(Action.APPROVE)
    _hold_open(stocktake)
    lines = stocktake.lines.filter(product__in=products, counted__isnull=False)
    skus = list(lines.order_by("product").values_list("product__sku", flat=True))
    lines.update(turn=F("turn") + 1, counted=None, counted_at=None)
    trail.record("recount asked", stocktake, by=by, at=at, after={"products": ", ".join(skus)[:500]})
    return len(skus)


@unit_of_work()
def approve_stocktake(*, stocktake: Stocktake, by: Member, at: datetime, missing_are_none: bool = False) -> Stocktake:
    """Set the books to what was counted, once. What was sold or received since a product was counted stays so.

    A product that nobody counted keeps what the books say, unless `missing_are_none`. Raises CountClosed where somebody else
    ended the count first, and InsufficientStock where more was sold since than was counted.
    """
    by.must(Action.APPROVE)
    _end(stocktake, StocktakeState.APPROVED, by, at)
    if missing_are_none:
        _count_none(stocktake, by, at)
    lines = list(stocktake.lines.filter(counted__isnull=False).select_related("product").order_by("product_id"))
    if not lines:
        raise NothingCounted("Nothing was counted yet. Count something, or cancel the count.")
    hold(line.product_id for line in lines)  # a sale on its way is in the books before they are compared
    expected = get_expected(stocktake, lines)
    for line in lines:
        line.expected, line.unit_cost = expected[line.product_id], line.product.average_cost
    StocktakeLine.objects.bulk_update(lines, ["expected", "unit_cost"])
    _post(stocktake, [line for line in lines if line.variance], by, at)
    trail.record("count approved", stocktake, by=by, at=at, after={"products": len(lines), "changed": sum(map(_differs, lines))})
    return stocktake


@unit_of_work()
def cancel_stocktake(*, stocktake: Stocktake, by: Member, at: datetime) -> Stocktake:
    """End a count that changes nothing. What was counted stays readable."""
    by.must(Action.APPROVE)
    _end(stocktake, StocktakeState.CANCELLED, by, at)
    trail.record("count cancelled", stocktake, by=by, at=at)
    return stocktake


def _category(by: Member, pk: int | None) -> Category | None:
    if pk is None:
        return None
    category = Category.objects.for_business(by.business).filter(pk=pk).first()
    if category is None:
        raise UnknownCategory("There is no such category.")
    return category


def _hold_open(stocktake: Stocktake) -> None:
    """Any UPDATE has others wait with this count until the transaction ends."""
    if not Stocktake.objects.open().filter(pk=stocktake.pk).update(note=F("note")):
        raise CountClosed("This count has ended. Start another one.")


def _end(stocktake: Stocktake, state: StocktakeState, by: Member, at: datetime) -> None:
    free = f"{stocktake.location_id}:{uuid4().hex}"
    ending = {"state": state, "slot": free[:40], "ended_by": by, "ended_at": at}
    if not Stocktake.objects.open().filter(pk=stocktake.pk).update(**ending):
        raise CountClosed("Somebody else has ended this count meanwhile.")
    for name, value in ending.items():
        setattr(stocktake, name, value)


def _check_in_scope(stocktake: Stocktake, shelf: StockLevel) -> None:
    product = shelf.product
    if not product.is_active:
        raise NotCountable(f"{product.label} is no longer sold. Restore it first to count it.")
    if not product.is_stocked or product.has_variants:
        raise NotCountable(f"{product.label} has no stock of its own.")
    if stocktake.category_id and product.category_id != stocktake.category_id:
        raise NotCountable(f"{product.label} is not in {stocktake.category}, which is what is counted here.")


def _lines(stocktake: Stocktake, shelves: Sequence[StockLevel]) -> dict[int, StocktakeLine]:
    """The line of each product; the session is held, so nobody else makes one meanwhile."""
    wanted = {shelf.product_id: shelf.product for shelf in shelves}
    lines = {line.product_id: line for line in stocktake.lines.filter(product__in=wanted)}
    for pk, product in wanted.items():
        if pk not in lines:
            lines[pk] = StocktakeLine.objects.create(stocktake=stocktake, product=product)
        lines[pk].product = product
    return lines


def _quantity(shelf: StockLevel, count: Counted) -> Decimal:
    label = shelf.product.label
    if count.quantity < 0:
        raise BadQuantity(f"{label}: a count is 0 or more.")
    if count.quantity == 0:
        return ZERO
    return convert(shelf=shelf, quantity=count.quantity, unit=count.unit)[0]


def _add(line: StocktakeLine, quantity: Decimal, *, instead: bool, at: datetime) -> None:
    if instead and line.counted is not None:
        line.turn, line.counted = line.turn + 1, None
    line.counted, line.counted_at = (line.counted or ZERO) + quantity, at
    if line.counted > LARGEST_QUANTITY:
        raise BadQuantity(
            f"{line.product.label}: {line.counted:f} is more than can be counted. The most is {LARGEST_QUANTITY:,}."
        )


def _row(line: StocktakeLine, by: Member, quantity: Decimal, at: datetime) -> StocktakeCount:
    return StocktakeCount(
        business=by.business, line=line, turn=line.turn, quantity=quantity, counted_by=by, counted_at=at, recorded_at=at
    )


def _count_none(stocktake: Stocktake, by: Member, at: datetime) -> None:
    """What the books know here and nobody found is not there."""
    shelves = list(get_uncounted(stocktake).select_related("product").order_by("product_id"))
    lines = _lines(stocktake, shelves)
    for line in lines.values():
        _add(line, ZERO, instead=False, at=at)
    StocktakeLine.objects.bulk_update(list(lines.values()), ["turn", "counted", "counted_at"])
    create_all(StocktakeCount, [_row(line, by, ZERO, at) for line in lines.values()])


def _post(stocktake: Stocktake, lines: Sequence[StocktakeLine], by: Member, at: datetime) -> None:
    shelves = {
        shelf.product_id: shelf
        for shelf in StockLevel.objects.filter(location=stocktake.location_id, product__in=[line.product_id for line in lines])
        .with_shelves()
        .select_related("product__category", "location")
    }
    moves = [
        Move(shelves[line.product_id], line.variance or ZERO, MovementKind.COUNTED, occurred_at=line.counted_at, line=index)
        for index, line in enumerate(lines)
    ]
    cause = Cause(
        by=by, at=at, reason=stocktake.note, document_type=DOCUMENT, document_id=stocktake.pk, document=f"{stocktake.pk}"
    )
    try:
        post(moves=moves, cause=cause, below_zero=by.business.allow_negative_stock)
    except InsufficientStock as error:
        sentence = f"{error.product.label}: more was sold since it was counted than was counted. Have it counted again."
        raise CountTooSmall(sentence) from error


def _differs(line: StocktakeLine) -> bool:
    return bool(line.variance)
