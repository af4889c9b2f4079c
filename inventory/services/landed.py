"""Freight, duty and the like: what a receipt cost on top of its goods, told when it is known."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from accounts import trail
from accounts.models import Business, Member
from accounts.permissions import Action
from common import money
from common.db import unit_of_work
from common.errors import InvalidInput
from common.fields import LARGEST_AMOUNT
from inventory.costing import worth
from inventory.models import LandedCost, StockMovement
from inventory.services.books import BOUGHT
from inventory.services.closed import check_open_on
from inventory.services.costs import hold, landed_on, recost


class BadLandedCost(InvalidInput):
    field = "amount"


@unit_of_work()
def add_landed_cost(
    *, by: Member, movements: Sequence[StockMovement], amount: Decimal, at: datetime, reason: str, document: str = ""
) -> list[LandedCost]:
    """Share an amount over what a receipt brought, by what its goods cost, and cost anew all that came from it.

    A negative amount takes back what was added before. Who may receive may say what the receipt cost.
    """
    by.must(Action.RECEIVE)
    _check(by.business, movements, amount, reason)
    hold({movement.product_id for movement in movements})
    rows = _rows(by, movements, amount, at, reason=reason[:255], document=document[:40])
    _check_remains(rows)
    LandedCost.objects.bulk_create(rows)
    for product in sorted({movement.product_id for movement in movements}):
        since = min(movement.occurred_at for movement in movements if movement.product_id == product)
        recost(business=by.business, products=[product], since=since)
    for row in rows:
        after = {"amount": str(row.amount), "movement": row.movement_id}
        trail.record("landed cost added", row.movement.product, by=by, at=at, after=after, reason=reason, document=document)
    return rows


def _check(business: Business, movements: Sequence[StockMovement], amount: Decimal, reason: str) -> None:
    if not movements:
        raise InvalidInput("Say which goods it was paid for.", field="lines")
    if not reason.strip():
        raise InvalidInput("Say what it was paid for: freight, duty, insurance.", field="reason")
    if not amount.is_finite() or not 0 < abs(amount) <= LARGEST_AMOUNT:
        raise BadLandedCost(f"Enter an amount other than 0, up to {LARGEST_AMOUNT:,}.")
    if not money.fits(amount, business.currency):
        raise BadLandedCost(f"An amount in {business.currency} has at most {money.places(business.currency)} decimal places.")
    if any(movement.business_id != business.pk or movement.kind not in BOUGHT for movement in movements):
        raise InvalidInput("Only goods that were received have such costs.", field="lines")
    for movement in movements:
        check_open_on(business, movement.occurred_on)


def _rows(
    by: Member, movements: Sequence[StockMovement], amount: Decimal, at: datetime, *, reason: str, document: str
) -> list[LandedCost]:
    """By value; by quantity where nothing has a cost. The shares add up to the amount."""
    weights = [worth(movement.quantity, movement.unit_cost) for movement in movements]
    if not any(weights):
        weights = [movement.quantity for movement in movements]
    shares = money.split(amount, weights, by.business.currency)
    return [
        LandedCost(
            business=by.business,
            movement=movement,
            amount=share,
            recorded_at=at,
            added_by=by,
            reason=reason,
            document=document,
        )
        for movement, share in zip(movements, shares, strict=True)
        if share
    ]


def _check_remains(rows: Sequence[LandedCost]) -> None:
    for row in rows:
        movement = row.movement
        landed = landed_on([movement.product_id]).get(movement.pk, money.ZERO) + row.amount
        if landed < 0:
            raise BadLandedCost(f"{movement.product.label}: more is taken back than was added.")
