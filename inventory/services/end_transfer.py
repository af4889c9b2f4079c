"""Transfers that end otherwise than by their goods: cancelled before any came, or closed when the rest will not."""

from datetime import datetime

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from inventory.models import StockTransfer, StockTransferLine, TransferState
from inventory.models.transfer import UNDER_WAY
from inventory.services.ledger import post
from inventory.services.stock import MissingReason
from inventory.services.transit import Part, await_parts, cause_of, claim, losses_of, moves_of, said_of


@unit_of_work()
def cancel_transfer(
    *, transfer: StockTransfer, by: Member, at: datetime, reason: str = "", version: int | None = None
) -> StockTransfer:
    """Everything is back where it was sent from. Once some of it has come, close it instead."""
    by.must(Action.TRANSFER)
    claim(transfer, (TransferState.IN_TRANSIT,), "cannot be cancelled", version=version)
    return _end(transfer, TransferState.CANCELLED, by, at, reason)


@unit_of_work()
def close_transfer(
    *,
    transfer: StockTransfer,
    by: Member,
    at: datetime,
    reason: str = "",
    write_off: bool = False,
    version: int | None = None,
) -> StockTransfer:
    """What has not come will not. It is back where it was sent from, or written off with a reason: what it cost is then lost."""
    by.must(Action.TRANSFER)
    if write_off:
        by.must(Action.ADJUST)
    if write_off and not reason.strip():
        raise MissingReason("Say what became of what did not come.")
    claim(transfer, UNDER_WAY, "cannot be closed", version=version)
    return _end(transfer, TransferState.CLOSED, by, at, reason, write_off=write_off)


def _end(
    transfer: StockTransfer, state: TransferState, by: Member, at: datetime, reason: str, *, write_off: bool = False
) -> StockTransfer:
    before, said = transfer.state, " ".join(reason.split())[:255]
    lines = transfer.lines.select_related("product").order_by("pk")
    parts = [Part(line, line.outstanding) for line in lines if line.outstanding]
    for part in parts:
        rest = {"written_off" if write_off else "put_back": part.quantity}
        StockTransferLine.objects.filter(pk=part.line.pk).update(**rest)
    moves = losses_of(parts, transfer=transfer) if write_off else moves_of(parts, transfer=transfer, onto=transfer.source)
    post(moves=moves, cause=cause_of(transfer, by=by, at=at, reason=said))
    await_parts(parts, transfer=transfer, sign=-1)
    transfer.state, transfer.reason, transfer.ended_by, transfer.ended_at = state, said, by, at
    transfer.save(update_fields=["state", "reason", "ended_by", "ended_at"])
    done = f"transfer {transfer.get_state_display().split()[0].lower()}"
    after = {"written off" if write_off else "put back": said_of(parts), "state": state}
    trail.record(done, transfer, by=by, at=at, before={"state": before}, after=after, reason=said, document=transfer.number)
    return transfer
