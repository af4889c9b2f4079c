"""Orders that end: cancelled before anything came, or closed when nothing more will."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from alerts.models import AlertKind
from alerts.services import recover
from common.db import unit_of_work
from inventory.services.incoming import expect
from purchasing.models import OrderState, PurchaseOrder, SupplierReturn
from purchasing.services.budgets import recheck
from purchasing.services.lines import shelves_of
from purchasing.services.orders import claim

BEFORE_GOODS = (OrderState.DRAFT, OrderState.SENT)
AFTER_GOODS = (OrderState.PART_RECEIVED, OrderState.RECEIVED)


@unit_of_work()
def cancel_order(
    *, order: PurchaseOrder, by: Member, at: datetime, reason: str = "", version: int | None = None
) -> PurchaseOrder:
    """Nothing of it comes, and nothing is committed any more. Once goods have come, close it instead."""
    by.must(Action.BUY)
    claim(order, BEFORE_GOODS, "cannot be cancelled", version=version)
    return _end(order, OrderState.CANCELLED, Decimal(0), by, at, reason)


@unit_of_work()
def close_order(*, order: PurchaseOrder, by: Member, at: datetime, reason: str = "", version: int | None = None) -> PurchaseOrder:
    """What has not come will not; what has come is still to be billed."""
    by.must(Action.BUY)
    claim(order, AFTER_GOODS, "cannot be closed", version=version)
    return _end(order, OrderState.CLOSED, value_received(order), by, at, reason)


def value_received(order: PurchaseOrder) -> Decimal:
    """At the prices of the order, rounded once, less what was credited for goods that went back."""
    return less_credits(order, sum((line.received * line.unit_price for line in order.lines.all()), Decimal(0)))


def less_credits(order: PurchaseOrder, value: Decimal) -> Decimal:
    returns = SupplierReturn.objects.filter(receipt__order=order, is_refunded=False)
    credited = Decimal(returns.aggregate(total=Sum("credit"))["total"] or 0)
    return order.business.money(max(value - credited, Decimal(0)))


def stop_waiting(order: PurchaseOrder, at: datetime) -> None:
    recover(business=order.business, kind=AlertKind.ORDER_OVERDUE, subject_keys=[order.subject_key], at=at)


def _end(order: PurchaseOrder, state: OrderState, due: Decimal, by: Member, at: datetime, reason: str) -> PurchaseOrder:
    before = order.state
    if order.is_awaited:
        lines = list(order.lines.all())
        shelves = shelves_of(order, lines)
        expect({shelves[line.product_id].pk: -line.outstanding for line in lines})
    order.state, order.due, order.ended_at, order.reason = state, due, at, reason.strip()[:255]
    order.save(update_fields=["state", "due", "ended_at", "reason"])
    done = f"order {order.get_state_display().lower()}"
    trail.record(done, order, by=by, at=at, before={"state": before}, after={"state": state}, reason=order.reason)
    stop_waiting(order, at)
    recheck(order, at)
    return order
