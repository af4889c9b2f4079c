"""What is done about batches themselves: units get the day on which they expire, a day is corrected, expired ones go."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from inventory.models import Batch, BatchLevel, BatchMovement, LocationKind, MovementKind, Product, StockLevel, StockMovement
from inventory.services.batch_refs import OtherExpiry, spoken
from inventory.services.expiring import forget
from inventory.services.ledger import Cause, Move, prepare
from inventory.services.stock import StockLine, convert, take_stock
from inventory.shelves import BatchRef, ProductRef, find_shelves

NO_LONGER = "Batches turned off"
NAMED = "Given a date"
EXPIRED = "Expired"


class TooFewLoose(DomainError):
    code = "too_few_loose"
    field = "quantity"


class NothingLeft(DomainError):
    code = "nothing_left"


def came_in(movements: Sequence[StockMovement]) -> dict[int, int]:
    """By movement that brought some, the batch."""
    return dict(BatchMovement.objects.filter(movement__in=[row.pk for row in movements]).values_list("movement_id", "batch_id"))


def is_left(*, batch: int | None, location_id: int, quantity: Decimal) -> bool:
    """Whether a place has so much of a batch."""
    return BatchLevel.objects.filter(batch=batch, location=location_id, on_hand__gte=quantity).exists()


@unit_of_work()
def give_date(
    *, product: Product, by: Member, quantity: Decimal, batch: BatchRef, at: datetime, location_id: int | None = None
) -> Sequence[StockMovement]:
    """Say when units expire that are of no batch yet: there before batches were turned on, or found in a count."""
    by.must(Action.RECEIVE)
    shelf = find_shelves(business=by.business, refs=[ProductRef(product=product.pk)], location_id=location_id)[0]
    quantity, _ = convert(shelf=shelf, quantity=quantity, unit="")
    if quantity <= 0:
        raise InvalidInput("Enter a quantity above 0.", field="quantity")
    moves = [Move(shelf, -quantity, MovementKind.MOVED), Move(shelf, quantity, MovementKind.MOVED, batch=batch)]
    posting = prepare(moves=moves, cause=Cause(by=by, at=at, reason=NAMED))
    if any(posting.batches[0].values()) or sum(posting.batches[1].values()) != quantity:
        raise TooFewLoose(f"{product.label}: so many have no date here.")
    said = {"quantity": str(quantity), "location": shelf.location_id, "batch": batch.key}
    trail.record("batch named", product, by=by, at=at, after=said)
    return posting.write()


@unit_of_work()
def change_date(*, batch: Batch, by: Member, expires_on: date, at: datetime, reason: str) -> Batch:
    """Correct the day on which a batch expires. Where it had expired, it can be sold again until then."""
    by.must(Action.ADJUST)
    if not reason.strip():
        raise InvalidInput("Say why the day is another.", field="reason")
    before, code = batch.expires_on, batch.own_code or expires_on.isoformat()
    try:
        with transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(expires_on=expires_on, code=code)
    except IntegrityError as error:
        raise OtherExpiry(f"There is a batch that expires on {spoken(expires_on)} already.") from error
    batch.expires_on, batch.code = expires_on, code
    forget(batch=batch, at=at)
    trail.record(
        "batch date changed", batch.product, by=by, at=at,
        before={"expires_on": before.isoformat()}, after={"expires_on": expires_on.isoformat()}, reason=reason.strip()[:255],
    )  # fmt: skip
    return batch


@unit_of_work()
def write_off(*, batch: Batch, by: Member, at: datetime) -> list[StockMovement]:
    """Take all that is left of a batch off the stock, at every place, as expired. What is under way goes once it is there."""
    by.must(Action.ADJUST)
    levels = list(BatchLevel.objects.filter(batch=batch, location__kind=LocationKind.PLACE).in_stock().order_by("location_id"))
    if not levels:
        raise NothingLeft(f"Nothing is left of batch {batch} at any place.")
    movements = []
    for level in levels:
        line = StockLine(ProductRef(product=batch.product_id), level.on_hand, batch=BatchRef(batch=batch.pk))
        movements += take_stock(by=by, lines=[line], reason=EXPIRED, at=at, location_id=level.location_id)
    if not BatchLevel.objects.filter(batch=batch).in_stock().exists():
        forget(batch=batch, at=at)
    return movements


@unit_of_work()
def let_go(*, product: Product, by: Member, at: datetime) -> None:
    """Its units are of no batch any more; before its batches are turned off."""
    for level in BatchLevel.objects.filter(batch__product=product).in_stock().order_by("location_id", "batch_id"):
        shelf = StockLevel.objects.select_related("product", "location").get(product=product, location=level.location_id)
        leaving = Move(shelf, -level.on_hand, MovementKind.MOVED, batch=BatchRef(batch=level.batch_id))
        moves = [leaving, Move(shelf, level.on_hand, MovementKind.MOVED)]
        prepare(moves=moves, cause=Cause(by=by, at=at, reason=NO_LONGER)).write()
