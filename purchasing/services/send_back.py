"""Goods go back to their supplier: off the shelf, off what is to be paid, and never more than came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Round

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common import money
from common.db import create_all, unit_of_work
from common.errors import DomainError, InvalidInput, on_line
from common.fields import LARGEST_AMOUNT, QUANTITY_PLACES
from expenses.models import ExpenseKind
from expenses.services.record import Entry, record_expense
from inventory import units
from inventory.models import MovementKind, StockLevel
from inventory.services.arrivals import UnknownLine
from inventory.services.batch_stock import is_left
from inventory.services.ledger import Cause, Move, post
from inventory.services.stock import MissingReason
from inventory.shelves import BatchRef, ProductRef, find_shelves
from purchasing.models import (
    Bill,
    OrderSeries,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ReturnLine,
    SupplierReturn,
)
from purchasing.models.order import BINDING
from purchasing.services.budgets import recheck
from purchasing.services.orders import claim

DOCUMENT = "supplier_return"


class NothingReturned(InvalidInput):
    field = "lines"


class OverReturn(DomainError):
    """More than came, less what went back already."""

    code = "more_than_remains"
    field = "quantity"


class BadCredit(InvalidInput):
    field = "credit"


@dataclass(frozen=True)
class Back:
    """A quantity of a receipt's line, in the product's own unit."""

    line: int
    quantity: Decimal


@unit_of_work()
def send_back(
    *, receipt: Receipt, by: Member, lines: Sequence[Back], reason: str, at: datetime, credit: Decimal | None = None
) -> SupplierReturn:
    """Goods of a receipt go back, and the supplier takes `credit` off: what they cost where nothing else is said.

    While the order is not settled, so much less is due; after that it is given back on the last bill's expense.
    """
    by.must(Action.BUY)
    if not reason.strip():
        raise MissingReason("Say why they go back.")
    order = receipt.order
    claim(order, BINDING, "takes nothing back")
    taken = _taken(receipt, lines)
    for index, (line, quantity) in enumerate(taken):
        with on_line(index):
            _take(line, quantity)
    amount = _credit(order, taken, credit)
    back = _document(receipt, by, reason, amount, at)
    _unshelve(back, taken, by, at)
    _credit_note(back, order, by, at)
    said = [{"sku": line.product.sku, "quantity": f"-{quantity.normalize():f}"} for line, quantity in taken]
    after = {"lines": said, "credit": amount}
    trail.record("goods sent back", order, by=by, at=at, after=after, reason=back.reason, document=back.number)
    recheck(order, at)
    return back


def _taken(receipt: Receipt, lines: Sequence[Back]) -> list[tuple[ReceiptLine, Decimal]]:
    known = {line.pk: line for line in receipt.lines.select_related("product")}
    found: dict[int, Decimal] = {}
    for index, back in enumerate(lines):
        with on_line(index):
            if back.line not in known:
                raise UnknownLine(f"{receipt.number} has no line {back.line}.")
            product = known[back.line].product
            if units.checked(back.quantity, unit=product.unit, label=product.label) < 0:
                raise units.BadQuantity(f"{product.label}: enter a quantity above 0.")
            found[back.line] = found.get(back.line, money.ZERO) + back.quantity
    if not found:
        raise NothingReturned("Say what goes back: at least one line with a quantity above 0.")
    return [(known[pk], quantity) for pk, quantity in sorted(found.items())]


def _take(line: ReceiptLine, quantity: Decimal) -> None:
    rows = ReceiptLine.objects.filter(pk=line.pk, returned__lte=line.quantity - quantity)
    if not rows.update(returned=Round(F("returned") + quantity, precision=QUANTITY_PLACES)):
        line.refresh_from_db(fields=["returned"])
        raise OverReturn(f"{line.product.label}: only {line.left_to_return.normalize():f} of what came can still go back.")


def _credit(order: PurchaseOrder, taken: Sequence[tuple[ReceiptLine, Decimal]], credit: Decimal | None) -> Decimal:
    if credit is None:
        return order.business.money(sum((quantity * line.unit_cost for line, quantity in taken), money.ZERO))
    if not credit.is_finite() or not 0 <= credit <= LARGEST_AMOUNT:
        raise BadCredit(f"A credit lies between 0 and {LARGEST_AMOUNT:,}.")
    if not money.fits(credit, order.business.currency):
        places = money.places(order.business.currency)
        raise BadCredit(f"An amount in {order.business.currency} has at most {places} decimal places.")
    return credit


def _document(receipt: Receipt, by: Member, reason: str, credit: Decimal, at: datetime) -> SupplierReturn:
    return SupplierReturn.objects.create(
        business=by.business,
        receipt=receipt,
        number=f"RT-{OrderSeries.objects.take_next(by.business, 'return')}",
        reason=" ".join(reason.split())[:255],
        credit=credit,
        sent_by=by,
        sent_at=at,
        sent_on=by.business.local_day(at),
    )


def _unshelve(back: SupplierReturn, taken: Sequence[tuple[ReceiptLine, Decimal]], by: Member, at: datetime) -> None:
    refs = [ProductRef(product=line.product_id) for line, _ in taken]
    shelves = find_shelves(business=by.business, refs=refs, location_id=back.receipt.location_id)
    moves = [
        Move(shelf, -quantity, MovementKind.SENT_BACK, line=index, batch=_batch(line, quantity, shelf))
        for index, (shelf, (line, quantity)) in enumerate(zip(shelves, taken, strict=True))
    ]
    post(
        moves=moves,
        cause=Cause(by=by, at=at, reason=back.reason, document_type=DOCUMENT, document_id=back.pk, document=back.number),
    )
    create_all(ReturnLine, [ReturnLine(supplier_return=back, line=line, quantity=quantity) for line, quantity in taken])


def _batch(line: ReceiptLine, quantity: Decimal, shelf: StockLevel) -> BatchRef | None:
    """The one that came with the line, while there is enough of it."""
    if not line.batch_id or not shelf.product.tracks_batches:
        return None
    is_there = is_left(batch=line.batch_id, location_id=shelf.location_id, quantity=quantity)
    return BatchRef(batch=line.batch_id) if is_there else None


def _credit_note(back: SupplierReturn, order: PurchaseOrder, by: Member, at: datetime) -> None:
    """Off what is due while a bill is to come, else back on the last bill's expense."""
    if not back.credit:
        return
    if order.settled_at is None:
        PurchaseOrder.objects.filter(pk=order.pk).update(due=max(order.due - back.credit, money.ZERO))
        order.due = max(order.due - back.credit, money.ZERO)
        return
    bill = Bill.objects.filter(order=order).exclude(expense=None).select_related("expense").order_by("-pk").first()
    assert order.category is not None  # noqa: S101  (it was billed, and so filed)
    entry = Entry(
        spent_on=back.sent_on,
        amount=back.credit,
        category=order.category,
        kind=ExpenseKind.REFUND,
        payee=order.supplier.name,
        note=f"{back.number} of order {order.number}",
        refund_of=bill.expense if bill else None,
    )
    back.refund, back.is_refunded = record_expense(by=by, entry=entry, at=at, confirmed=True).expense, True
    back.save(update_fields=["refund", "is_refunded"])
