"""Goods of an order come: in parts, by scan, once, and no more of them than the shop allows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from django.db.models import F
from django.db.models.functions import Round

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common import money
from common.db import create_all, unit_of_work
from common.errors import InvalidInput, StaleVersion, on_line
from common.fields import COST_STEP, LARGEST_AMOUNT, QUANTITY_PLACES, QUANTITY_STEP
from common.templatetags.tillbook import local_time
from inventory import units
from inventory.models import MovementKind, StockMovement
from inventory.services.arrivals import AlreadyReceived, NothingReceived, OverReceipt, UnknownLine
from inventory.services.batch_stock import came_in
from inventory.services.incoming import expect
from inventory.services.landed import add_landed_cost
from inventory.services.ledger import Cause, Move, post
from inventory.services.stock import BadCost, BadMoment, check_moment
from inventory.shelves import BatchRef, ProductRef, check_open, find_shelves
from purchasing.models import OrderSeries, OrderState, PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from purchasing.models.order import RECEIVABLE
from purchasing.services.budgets import recheck
from purchasing.services.end import less_credits, stop_waiting, value_received
from purchasing.services.learn import learn_lead_time, learn_prices
from purchasing.services.lines import shelves_of
from purchasing.services.offers import factor_of
from purchasing.services.orders import claim

DOCUMENT = "goods_receipt"
HUNDRED = Decimal(100)


class BadLandedCost(InvalidInput):
    field = "landed_cost"


@dataclass(frozen=True)
class Came:
    """What came of a line, by its id: in its unit or another of the product's, and what one such unit cost if not as ordered."""

    line: int
    quantity: Decimal
    unit: str = ""
    unit_cost: Decimal | None = None
    batch: BatchRef | None = None


@dataclass(frozen=True)
class Counted:
    """The same in the product's own unit."""

    line: PurchaseLine
    quantity: Decimal
    unit_cost: Decimal
    price: Decimal | None  # of one of the line's unit, where it was told
    place: int  # in the caller's document, for refusals
    batch: BatchRef | None = None


@unit_of_work()
def receive_order(
    *,
    order: PurchaseOrder,
    by: Member,
    lines: Sequence[Came],
    at: datetime,
    location_id: int | None = None,
    landed_cost: Decimal = money.ZERO,
    note: str = "",
    version: int | None = None,
    occurred_at: datetime | None = None,
) -> Receipt:
    """Goods in: lines, shelves, what is incoming and what is committed change together, or nothing does.

    `landed_cost` is shared over the lines by value. With `version`, whoever looked at an older state of the order is told.
    """
    by.must(Action.RECEIVE)
    check_moment(by, occurred_at, at)
    _claim(order, version)
    if occurred_at is not None and order.sent_at is not None and occurred_at < order.sent_at:
        raise BadMoment(f"{order.number} was sent after that moment.")
    _check_landed(order, landed_cost)
    counted = _counted(order, lines)
    for each in sorted(counted, key=lambda each: each.line.pk):
        with on_line(each.place):
            _take(each, order)
    receipt = _receipt(order, by, occurred_at or at, location_id, landed_cost, note)
    _shelve(receipt, counted, by, at)
    _expect_less(order, counted)
    _move_on(order, at)
    learn_prices({each.line: each.price for each in counted if each.price is not None}, source=receipt.number, at=at)
    learn_lead_time(order.supplier)
    after = {
        "lines": [{"sku": each.line.product.sku, "quantity": _plain(each.quantity)} for each in counted],
        "state": order.state,
    }
    trail.record("goods received", order, by=by, at=at, after=after, reason=receipt.note, document=receipt.number)
    recheck(order, at)
    return receipt


def _claim(order: PurchaseOrder, version: int | None) -> None:
    try:
        claim(order, RECEIVABLE, "cannot be received", version=version)
    except StaleVersion as error:
        last = order.receipts.select_related("received_by__user").order_by("-pk").first()
        if last is None:
            raise
        who, clock = last.received_by.user.get_full_name(), local_time(last.received_at, order.business)
        sentence = (
            f"{who} received goods of {order.number} at {clock}, after you opened this page. Look at what is still to come."
        )
        raise AlreadyReceived(sentence) from error


def _counted(order: PurchaseOrder, lines: Sequence[Came]) -> list[Counted]:
    """Each line once, or once for each batch; what was counted of it in several goes is summed."""
    known = {line.pk: line for line in order.lines.select_related("product").prefetch_related("product__packs")}
    found: dict[tuple[int, BatchRef | None], Counted] = {}
    for place, came in enumerate(lines):
        with on_line(place):
            if came.line not in known:
                raise UnknownLine(f"{order.number} has no line {came.line}.")
            one = _count(known[came.line], came, place)
            before = found.get((came.line, came.batch))
            found[came.line, came.batch] = replace(one, quantity=one.quantity + before.quantity) if before else one
    if not found:
        raise NothingReceived("Say what came: at least one line with a quantity above 0.")
    return list(found.values())


def _count(line: PurchaseLine, came: Came, place: int) -> Counted:
    product = line.product
    factor = line.factor if came.unit in {"", line.unit} else factor_of(product, came.unit)
    quantity = units.checked(came.quantity * factor, unit=product.unit, label=product.label)
    if quantity < 0:
        raise units.BadQuantity(f"{product.label}: enter a quantity above 0.")
    cost = came.unit_cost
    if cost is not None and not 0 <= cost <= LARGEST_AMOUNT:
        raise BadCost(f"{product.label}: a cost lies between 0 and {LARGEST_AMOUNT:,}.")
    of_one = line.unit_price if cost is None else cost / factor
    price = None if cost is None or factor != line.factor else cost
    return Counted(line, quantity, of_one.quantize(COST_STEP), price, place, came.batch)


def _check_landed(order: PurchaseOrder, landed: Decimal) -> None:
    currency = order.business.currency
    if not landed.is_finite() or not 0 <= landed <= LARGEST_AMOUNT:
        raise BadLandedCost(f"Landed costs lie between 0 and {LARGEST_AMOUNT:,}.")
    if not money.fits(landed, currency):
        raise BadLandedCost(f"An amount in {currency} has at most {money.places(currency)} decimal places.")


def most_of(line: PurchaseLine, percent: Decimal) -> Decimal:
    """The most that may come of a line: as ordered, and some per cent on top in whole units where it is counted so."""
    step = Decimal(1) if line.product.unit in units.WHOLE else QUANTITY_STEP
    return max(line.ordered, (line.ordered * (HUNDRED + percent) / HUNDRED).quantize(step, rounding=ROUND_FLOOR))


def _take(counted: Counted, order: PurchaseOrder) -> None:
    """Count it on the line, unless that makes too many: of two at once the second finds the first's."""
    line, most = counted.line, most_of(counted.line, order.business.over_receipt_percent)
    rows = PurchaseLine.objects.filter(pk=line.pk, received__lte=most - counted.quantity)
    if rows.update(received=Round(F("received") + counted.quantity, precision=QUANTITY_PLACES)):
        return
    line.refresh_from_db(fields=["received"])
    label, ordered, had = line.product.label, _plain(line.ordered), _plain(line.received)
    if line.received >= most:
        raise AlreadyReceived(f"{label}: all {ordered} that were ordered have come already.")
    sentence = (
        f"{label}: {ordered} were ordered and {had} have come. At most {_plain(most - line.received)} more can be received."
    )
    raise OverReceipt(sentence)


def _receipt(order: PurchaseOrder, by: Member, at: datetime, location_id: int | None, landed: Decimal, note: str) -> Receipt:
    return Receipt.objects.create(
        business=order.business,
        order=order,
        number=f"GR-{OrderSeries.objects.take_next(order.business, 'receipt')}",
        location_id=location_id or order.location_id,
        landed_cost=landed,
        note=" ".join(note.split())[:255],
        received_by=by,
        received_at=at,
        received_on=by.business.local_day(at),
    )


def _shelve(receipt: Receipt, counted: Sequence[Counted], by: Member, at: datetime) -> None:
    refs = [ProductRef(product=each.line.product_id) for each in counted]
    shelves = find_shelves(business=receipt.business, refs=refs, location_id=receipt.location_id)
    check_open(shelves[0].location)
    moves = [
        Move(shelf, each.quantity, MovementKind.RECEIVED, each.unit_cost, line=each.place, batch=each.batch)
        for shelf, each in zip(shelves, counted, strict=True)
    ]
    reason = receipt.note or f"Order {receipt.order.number}"
    cause = Cause(
        by=by,
        at=at,
        occurred_at=receipt.received_at,
        reason=reason,
        document_type=DOCUMENT,
        document_id=receipt.pk,
        document=receipt.number,
    )
    movements = post(moves=moves, cause=cause)
    shares = _landed(receipt, movements, by, at)
    batch_of = came_in(movements) if any(each.batch for each in counted) else {}
    rows = [
        ReceiptLine(
            receipt=receipt,
            line=each.line,
            product_id=each.line.product_id,
            quantity=each.quantity,
            unit_cost=each.unit_cost,
            landed_cost=shares.get(movement.pk, money.ZERO),
            batch_id=batch_of.get(movement.pk),
        )
        for each, movement in zip(counted, movements, strict=True)
    ]
    create_all(ReceiptLine, rows)


def _landed(receipt: Receipt, movements: Sequence[StockMovement], by: Member, at: datetime) -> dict[int, Decimal]:
    """By movement, its share of what the receipt cost on top of its goods."""
    if not receipt.landed_cost:
        return {}
    rows = add_landed_cost(
        by=by,
        movements=movements,
        amount=receipt.landed_cost,
        at=at,
        reason=f"Freight and duty of {receipt.order.number}",
        document=receipt.number,
    )
    return {row.movement_id: row.amount for row in rows}


def _expect_less(order: PurchaseOrder, counted: Sequence[Counted]) -> None:
    came: dict[PurchaseLine, Decimal] = defaultdict(Decimal)
    for each in counted:
        came[each.line] += each.quantity
    shelves = shelves_of(order, list(came))
    expect({shelves[line.product_id].pk: -min(quantity, line.outstanding) for line, quantity in came.items()})


def _move_on(order: PurchaseOrder, at: datetime) -> None:
    """To part received, or to received when nothing is outstanding."""
    lines = list(order.lines.all())
    if any(line.outstanding for line in lines):
        order.state, order.due = OrderState.PART_RECEIVED, _due(order, lines)
    else:
        order.state, order.due = OrderState.RECEIVED, value_received(order)
        stop_waiting(order, at)
    order.save(update_fields=["state", "due"])


def _due(order: PurchaseOrder, lines: Sequence[PurchaseLine]) -> Decimal:
    """As ordered, and more where more has come."""
    return less_credits(order, sum((max(line.ordered, line.received) * line.unit_price for line in lines), money.ZERO))


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
