"""Drafts of orders: made, changed, and nothing more. No stock and no budget knows of a draft."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import trail
from accounts.history import has_amounts
from accounts.models import Business, Member
from accounts.permissions import Action
from common.db import create_all, unit_of_work
from common.errors import DomainError, InvalidInput, StaleVersion
from common.fields import LARGEST_AMOUNT
from inventory.shelves import check_open, find_location
from purchasing.models import OrderSeries, OrderState, PurchaseLine, PurchaseOrder, Supplier
from purchasing.services.lines import BadLines, Wanted, lines_of

ORDERS = "order"
FIELDS = ("note", "expected_on", "category")


class OrderRefused(DomainError):
    """The order is not in a state in which this can be done."""

    code = "order_state"


class NumberTaken(DomainError):
    code = "number_taken"
    field = "number"


class SupplierRetired(DomainError):
    code = "supplier_retired"
    field = "supplier"


class BadExpectedDay(InvalidInput):
    field = "expected_on"


@unit_of_work()
def create_order(
    *,
    supplier: Supplier,
    by: Member,
    at: datetime,
    lines: Sequence[Wanted] = (),
    location_id: int | None = None,
    values: Mapping[str, Any] | None = None,
    number: str = "",
) -> PurchaseOrder:
    """A draft, with the next number or one it has elsewhere.

    `values` may hold a note, the day it is expected on and the category its bill is filed under.
    """
    by.must(Action.BUY)
    if not supplier.is_active:
        raise SupplierRetired(f"{supplier} is retired. Bring them back first, or order elsewhere.")
    place = find_location(business=by.business, location_id=location_id)
    check_open(place)
    order = PurchaseOrder(business=by.business, supplier=supplier, location=place, created_by=by, created_at=at)
    order.category = supplier.category
    _fill(order, values or {}, by.business.local_day(at))
    order.number = number or f"PO-{OrderSeries.objects.take_next(by.business, ORDERS)}"
    _insert(order)
    _write_lines(order, lines)
    trail.record("order drafted", order, by=by, at=at, after={"supplier": supplier.name, "total": order.total})
    return order


@unit_of_work()
def update_order(
    *,
    order: PurchaseOrder,
    by: Member,
    at: datetime,
    lines: Sequence[Wanted] | None = None,
    values: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> PurchaseOrder:
    """Change a draft; `lines` replace those it had. What was sent stays as it was sent."""
    by.must(Action.BUY)
    claim(order, (OrderState.DRAFT,), "can no longer be changed", version=version)
    before = order.total
    _fill(order, values or {}, by.business.local_day(at))
    order.save(update_fields=FIELDS)
    if lines is not None:
        PurchaseLine.objects.filter(order=order).delete()
        _write_lines(order, lines)
    trail.record("order changed", order, by=by, at=at, before={"total": before}, after={"total": order.total})
    return order


def claim(order: PurchaseOrder, states: Sequence[OrderState], cannot: str, *, version: int | None = None) -> None:
    """Take the order's next version while it is in one of these states: of two who act at once, the second is told."""
    rows = PurchaseOrder.objects.filter(pk=order.pk, state__in=states)
    if not (rows if version is None else rows.filter(version=version)).update(version=F("version") + 1):
        order.refresh_from_db()
        if order.state not in states:
            raise refused(order, cannot)
        raise StaleVersion(f"Somebody else changed {order.number} meanwhile. Look at it again.")
    order.refresh_from_db()


def refused(order: PurchaseOrder, cannot: str) -> OrderRefused:
    state = "a draft" if order.state == OrderState.DRAFT else order.get_state_display().lower()
    return OrderRefused(f"{order.number} is {state} and {cannot}.")


@has_amounts
def has_ordered(business: Business) -> bool:
    return PurchaseOrder.objects.for_business(business).exists()


def _fill(order: PurchaseOrder, values: Mapping[str, Any], today: date) -> None:
    for name in FIELDS:
        if name in values:
            setattr(order, name, values[name])
    order.note = " ".join((order.note or "").split())[:255]
    if "expected_on" in values:
        check_expected(order.expected_on, today)


def check_expected(day: date | None, today: date) -> None:
    if day and day < today:
        raise BadExpectedDay("Goods of an order that is not sent cannot be expected in the past.")


def _insert(order: PurchaseOrder) -> None:
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        raise NumberTaken(f"There is an order {order.number} already.") from error


def _write_lines(order: PurchaseOrder, wanted: Sequence[Wanted]) -> None:
    lines = create_all(PurchaseLine, lines_of(order, wanted))
    order.total = sum((line.amount for line in lines), Decimal(0))
    if order.total > LARGEST_AMOUNT:
        raise BadLines(f"An order comes to at most {LARGEST_AMOUNT:,}.")
    PurchaseOrder.objects.filter(pk=order.pk).update(total=order.total)
