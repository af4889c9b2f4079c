"""Goods of a transfer come: in parts, by scan, once, and no more of them than was sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Round

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import StaleVersion, on_line
from common.fields import QUANTITY_PLACES
from common.templatetags.tillbook import local_time
from inventory import units
from inventory.models import StockTransfer, StockTransferLine, TransferState
from inventory.models.transfer import UNDER_WAY
from inventory.queries.transfers import get_arrivals
from inventory.services.arrivals import AlreadyReceived, NothingReceived, OverReceipt, UnknownLine
from inventory.services.ledger import post
from inventory.services.stock import BadMoment, check_moment
from inventory.services.transit import Part, await_parts, cause_of, claim, moves_of, said_of

RECEIVABLE = (*UNDER_WAY, TransferState.RECEIVED)  # of which each line says that it has come already


@dataclass(frozen=True)
class Arrived:
    """What came of a line, by its id: in its product's unit or another of its."""

    line: int
    quantity: Decimal
    unit: str = ""


@unit_of_work()
def receive_transfer(
    *,
    transfer: StockTransfer,
    by: Member,
    lines: Sequence[Arrived],
    at: datetime,
    occurred_at: datetime | None = None,
    note: str = "",
    version: int | None = None,
) -> StockTransfer:
    """What came is on the shelf; the rest stays under way. All of it, or nothing where one line is refused.

    With `version`, whoever looked at an older state of the transfer is told.
    """
    by.must(Action.RECEIVE)
    check_moment(by, occurred_at, at)
    _claim(transfer, version)
    if occurred_at is not None and occurred_at < transfer.sent_at:
        raise BadMoment(f"{transfer.number} was sent after that moment.")
    parts = _counted(transfer, lines)
    for part in sorted(parts, key=lambda part: part.line.pk):
        with on_line(part.place or 0):
            _take(part)
    said = " ".join(note.split())[:255]
    cause = cause_of(transfer, by=by, at=at, reason=said, occurred_at=occurred_at)
    post(moves=moves_of(parts, transfer=transfer, onto=transfer.target), cause=cause)
    await_parts(parts, transfer=transfer, sign=-1)
    _move_on(transfer, by, at)
    after = {"lines": said_of(parts), "state": transfer.state}
    trail.record("transfer received", transfer, by=by, at=at, after=after, reason=said, document=transfer.number)
    return transfer


def _claim(transfer: StockTransfer, version: int | None) -> None:
    try:
        claim(transfer, RECEIVABLE, "cannot be received", version=version)
    except StaleVersion as error:
        last = get_arrivals(transfer).first()
        if last is None:
            raise
        who, clock = last.moved_by.user.get_full_name(), local_time(last.recorded_at, transfer.business)
        sentence = (
            f"{who} received goods of {transfer.number} at {clock}, after you opened this page. Look at what is still to come."
        )
        raise AlreadyReceived(sentence) from error


def _counted(transfer: StockTransfer, lines: Sequence[Arrived]) -> list[Part]:
    """Each line once; what was counted of it in several goes is summed."""
    known = {line.pk: line for line in transfer.lines.select_related("product").prefetch_related("product__packs")}
    found: dict[int, Part] = {}
    for place, came in enumerate(lines):
        with on_line(place):
            if came.line not in known:
                raise UnknownLine(f"{transfer.number} has no line {came.line}.")
            quantity = _quantity(known[came.line], came)
            before = found.get(came.line)
            found[came.line] = (
                replace(before, quantity=before.quantity + quantity) if before else Part(known[came.line], quantity, place)
            )
    if not found:
        raise NothingReceived("Say what came: at least one line with a quantity above 0.")
    return list(found.values())


def _quantity(line: StockTransferLine, came: Arrived) -> Decimal:
    product = line.product
    packs = {pack.name: pack.factor for pack in product.packs.all()}
    factor = units.factor(given=came.unit or product.unit, base=product.unit, packs=packs, label=product.label)
    quantity = units.checked(came.quantity * factor, unit=product.unit, label=product.label)
    if quantity < 0:
        raise units.BadQuantity(f"{product.label}: enter a quantity above 0.")
    return quantity


def _take(part: Part) -> None:
    """Count it on the line, unless that makes too many: of two at once the second finds the first's."""
    line = part.line
    rows = StockTransferLine.objects.filter(pk=line.pk, received__lte=line.sent - part.quantity)
    if rows.update(received=Round(F("received") + part.quantity, precision=QUANTITY_PLACES)):
        return
    line.refresh_from_db(fields=["received"])
    label, sent, had = line.product.label, _plain(line.sent), _plain(line.received)
    if line.received >= line.sent:
        raise AlreadyReceived(f"{label}: all {sent} that were sent have come already.")
    raise OverReceipt(f"{label}: {sent} were sent and {had} have come. At most {_plain(line.outstanding)} more can be received.")


def _move_on(transfer: StockTransfer, by: Member, at: datetime) -> None:
    transfer.state = TransferState.PART_RECEIVED
    if not any(line.outstanding for line in transfer.lines.all()):
        transfer.state, transfer.ended_by, transfer.ended_at = TransferState.RECEIVED, by, at
    transfer.save(update_fields=["state", "ended_by", "ended_at"])


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
