"""Goods leave a place for another: off the shelf at once, incoming there, and available nowhere until they are received."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import create_all, unit_of_work
from common.errors import InvalidInput, on_line
from inventory import units
from inventory.models import Location, Product, StockSeries, StockTransfer, StockTransferLine
from inventory.services.ledger import Move, post
from inventory.services.stock import StockLine, carried, check_moment, find_ends, leaving_moves
from inventory.services.transit import Part, await_parts, cause_of, said_of, shelves_of, transit_of
from inventory.shelves import check_open

NUMBERS = "transfer"


class NotSendable(InvalidInput):
    code = "not_sendable"
    field = "product"


@unit_of_work()
def send_transfer(
    *,
    by: Member,
    lines: Sequence[StockLine],
    to_id: int,
    at: datetime,
    from_id: int | None = None,
    note: str = "",
    occurred_at: datetime | None = None,
) -> StockTransfer:
    """Send goods on their way, from the default place where none is named. Raises InsufficientStock, and then nothing has moved.

    They stay the shop's, at the same value; whoever receives them says what came.
    """
    by.must(Action.TRANSFER)
    check_moment(by, occurred_at, at)
    source, target = _held_ends(by, from_id, to_id)
    leaving = leaving_moves(by=by, lines=lines, location_id=source.pk)
    sums = _sums(leaving)
    transfer = _document(by, source, target, note, at, occurred_at)
    parts = _written(transfer, sums)
    shelves = {shelf.product_id: shelf for shelf in shelves_of(parts, transit_of(by.business))}
    moves = carried(leaving, onto=[shelves[move.product_id] for move in leaving])
    post(moves=moves, cause=cause_of(transfer, by=by, at=at, reason=transfer.note, occurred_at=occurred_at))
    await_parts(parts, transfer=transfer, sign=1)
    after = {"from": source.name, "to": target.name, "lines": said_of(parts)}
    trail.record("transfer sent", transfer, by=by, at=at, after=after, reason=transfer.note, document=transfer.number)
    return transfer


def _held_ends(by: Member, from_id: int | None, to_id: int) -> tuple[Location, Location]:
    """Whoever closes one of the places waits until what goes there is written; who was faster is found out here."""
    source, target = find_ends(by=by, from_id=from_id, to_id=to_id)
    for pk in sorted((source.pk, target.pk)):
        Location.objects.for_business(by.business).filter(pk=pk).update(version=F("version"))
    target.refresh_from_db(fields=["is_active"])
    check_open(target, field="to")
    return source, target


def _sums(moves: Sequence[Move]) -> dict[Product, Decimal]:
    """What is sent of each product; what stands in several lines, of several batches perhaps, is summed."""
    sums: dict[Product, Decimal] = {}
    for index, move in enumerate(moves):
        product = move.shelf.product
        with on_line(index):
            if not product.is_active:
                raise NotSendable(f"{product.label} is no longer sold. Restore it first to send it.")
            total = sums.get(product, Decimal(0)) - move.quantity
            sums[product] = units.checked(total, unit=product.unit, label=product.label)
    return sums


def _document(
    by: Member, source: Location, target: Location, note: str, at: datetime, occurred_at: datetime | None
) -> StockTransfer:
    return StockTransfer.objects.create(
        business=by.business,
        number=f"TR-{StockSeries.objects.take_next(by.business, NUMBERS)}",
        source=source,
        target=target,
        note=" ".join(note.split())[:255],
        sent_by=by,
        sent_at=occurred_at or at,
        created_at=at,
    )


def _written(transfer: StockTransfer, sums: Mapping[Product, Decimal]) -> list[Part]:
    rows = [StockTransferLine(transfer=transfer, product=product, sent=quantity) for product, quantity in sums.items()]
    return [Part(line, line.sent) for line in create_all(StockTransferLine, rows)]
