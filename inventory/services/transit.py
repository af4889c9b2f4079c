"""Goods under way between two places lie at a location of their own kind, so that the ledger adds up at every moment (rule 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Business, Member
from audit.services import Values
from common.errors import DomainError, StaleVersion
from inventory.models import Location, LocationKind, MovementKind, StockLevel, StockTransfer, StockTransferLine, TransferState
from inventory.queries.transfers import DOCUMENT
from inventory.services.incoming import expect
from inventory.services.ledger import Cause, Move
from inventory.services.stock import carried
from inventory.shelves import ProductRef, find_shelves

NAME = "In transit"


class TransferRefused(DomainError):
    """The transfer is not in a state in which this can be done."""

    code = "transfer_state"


@dataclass(frozen=True)
class Part:
    """A quantity of one line, in its product's own unit; `place` is where it stands in the caller's document."""

    line: StockTransferLine
    quantity: Decimal
    place: int | None = None


def transit_of(business: Business) -> Location:
    """Where what is under way lies: one for a business, made when it is first needed."""
    place = Location.objects.for_business(business).filter(kind=LocationKind.TRANSIT).first()
    return place or _new_transit(business)


def claim(transfer: StockTransfer, states: Sequence[TransferState], cannot: str, *, version: int | None = None) -> None:
    """Take the transfer's next version while it is in one of these states: of two who act at once, the second is told."""
    rows = StockTransfer.objects.filter(pk=transfer.pk, state__in=states)
    if not (rows if version is None else rows.filter(version=version)).update(version=F("version") + 1):
        transfer.refresh_from_db()
        if transfer.state not in states:
            raise TransferRefused(f"{transfer.number} is {transfer.get_state_display().lower()} and {cannot}.")
        raise StaleVersion(f"Somebody else changed {transfer.number} meanwhile. Look at it again.")
    transfer.refresh_from_db()


def moves_of(parts: Sequence[Part], *, transfer: StockTransfer, onto: Location) -> list[Move]:
    """Out of transit, onto a place."""
    shelves = shelves_of(parts, transit_of(transfer.business))
    leaving = [
        Move(shelf, -part.quantity, MovementKind.MOVED, line=part.place) for part, shelf in zip(parts, shelves, strict=True)
    ]
    return carried(leaving, onto=shelves_of(parts, onto))


def losses_of(parts: Sequence[Part], *, transfer: StockTransfer) -> list[Move]:
    """Out of transit, and gone."""
    shelves = shelves_of(parts, transit_of(transfer.business))
    return [Move(shelf, -part.quantity, MovementKind.ADJUSTED) for part, shelf in zip(parts, shelves, strict=True)]


def shelves_of(parts: Sequence[Part], place: Location) -> list[StockLevel]:
    refs = [ProductRef(product=part.line.product_id) for part in parts]
    return find_shelves(business=place.business, refs=refs, location_id=place.pk, kind=LocationKind(place.kind))


def await_parts(parts: Sequence[Part], *, transfer: StockTransfer, sign: int) -> None:
    """At the place that they go to, parts are incoming (1), or not any more (-1). After `post`, as `expect` asks."""
    shelves = shelves_of(parts, transfer.target)
    expect({shelf.pk: sign * part.quantity for part, shelf in zip(parts, shelves, strict=True)})


def cause_of(
    transfer: StockTransfer, *, by: Member, at: datetime, reason: str = "", occurred_at: datetime | None = None
) -> Cause:
    return Cause(
        by=by,
        at=at,
        reason=reason or f"{transfer.source} to {transfer.target}",
        occurred_at=occurred_at,
        document_type=DOCUMENT,
        document_id=transfer.pk,
        document=transfer.number,
    )


def said_of(parts: Sequence[Part]) -> list[Values]:
    """For the audit: what moved of each product."""
    return [{"sku": part.line.product.sku, "quantity": f"{part.quantity.normalize():f}"} for part in parts]


def _new_transit(business: Business) -> Location:
    taken = {name.casefold() for name in Location.objects.for_business(business).values_list("name", flat=True)}
    names = (NAME if number == 1 else f"{NAME} {number}" for number in count(1))
    free = next(name for name in names if name.casefold() not in taken)
    try:
        with transaction.atomic():
            return Location.objects.create(business=business, name=free, kind=LocationKind.TRANSIT)
    except IntegrityError:  # another sent the business's first transfer at the same moment
        return Location.objects.for_business(business).get(kind=LocationKind.TRANSIT)
