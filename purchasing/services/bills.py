"""A bill becomes an expense, and what the order committed is freed by it: in one transaction, once."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common import money
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT
from expenses.models import Account, ExpenseCategory
from expenses.services.categories import for_stock
from expenses.services.record import Entry, delete_expense, record_expense
from purchasing.models import Bill, PurchaseOrder
from purchasing.models.order import BINDING
from purchasing.services.budgets import recheck
from purchasing.services.orders import claim


class AlreadyBilled(DomainError):
    code = "already_billed"


class BillNumberTaken(DomainError):
    code = "number_taken"
    field = "number"


class NumberlessBill(InvalidInput):
    field = "number"


class BadBillAmount(InvalidInput):
    field = "amount"


class BilledTooSoon(InvalidInput):
    field = "billed_on"


@dataclass(frozen=True)
class Charge:
    """What stands on a bill, and where it is filed. With the last one nothing of the order stays committed."""

    number: str
    amount: Decimal
    billed_on: date
    is_last: bool = True
    category: ExpenseCategory | None = None
    account: Account | None = None
    tax: Decimal = money.ZERO


@unit_of_work()
def bill_order(
    *, order: PurchaseOrder, charge: Charge, by: Member, at: datetime, confirmed: bool = False, version: int | None = None
) -> Bill:
    """Record what a supplier charges as an expense, be it more or less than was due.

    An expense that waits for approval counts nowhere yet; so long the bill stays committed.
    """
    by.must(Action.BUY)
    claim(order, BINDING, "cannot be billed", version=version)
    if order.settled_at is not None:
        raise AlreadyBilled(_sentence(order))
    charge = replace(charge, number=" ".join(charge.number.split())[:60])
    _check(order, charge)
    order.billed += charge.amount
    order.settled_at = at if charge.is_last else None
    order.category = charge.category or order.category or for_stock(by.business)
    order.save(update_fields=["billed", "settled_at", "category"])
    bill = _bill(order, charge, by, at)
    bill.expense = record_expense(by=by, entry=_entry(order, charge), at=at, confirmed=confirmed).expense
    bill.save(update_fields=["expense"])
    after = {"number": charge.number, "amount": charge.amount, "billed_on": charge.billed_on, "is_last": charge.is_last}
    trail.record("order billed", order, by=by, at=at, after=after, document=charge.number)
    recheck(order, at)
    return bill


@unit_of_work()
def take_back_bill(*, bill: Bill, by: Member, at: datetime) -> None:
    """It was entered wrongly: its expense goes, and the order commits again what it did."""
    by.must(Action.BUY)
    order = bill.order
    claim(order, BINDING, "cannot be changed")
    if not Bill.objects.filter(pk=bill.pk).exists():
        raise AlreadyBilled("Somebody else took this bill back meanwhile.")
    expense = bill.expense
    Bill.objects.filter(pk=bill.pk).delete()
    order.billed, order.settled_at = max(order.billed - bill.amount, money.ZERO), None
    order.save(update_fields=["billed", "settled_at"])
    if expense is not None:
        delete_expense(expense=expense, by=by, at=at)
    before = {"number": bill.number, "amount": bill.amount}
    trail.record("bill taken back", order, by=by, at=at, before=before, document=bill.number)
    recheck(order, at)


def _check(order: PurchaseOrder, charge: Charge) -> None:
    currency = order.business.currency
    if not charge.number:
        raise NumberlessBill("Enter the number that stands on the bill.")
    if not charge.amount.is_finite() or not 0 < charge.amount <= LARGEST_AMOUNT:
        raise BadBillAmount(f"Enter an amount above 0 and up to {LARGEST_AMOUNT:,}.")
    if not money.fits(charge.amount, currency):
        raise BadBillAmount(f"An amount in {currency} has at most {money.places(currency)} decimal places.")
    if order.sent_on and charge.billed_on < order.sent_on:
        raise BilledTooSoon(f"{order.number} was sent on {order.sent_on:%-d %B %Y}; its bill cannot be older.")


def _bill(order: PurchaseOrder, charge: Charge, by: Member, at: datetime) -> Bill:
    bill = Bill(business=by.business, order=order, supplier=order.supplier, created_by=by, created_at=at)
    bill.number, bill.billed_on, bill.amount = charge.number, charge.billed_on, charge.amount
    try:
        with transaction.atomic():
            bill.save(force_insert=True)
    except IntegrityError as error:
        raise BillNumberTaken(f"Bill {bill.number} of {bill.supplier} is entered already.") from error
    return bill


def _entry(order: PurchaseOrder, charge: Charge) -> Entry:
    assert order.category is not None  # noqa: S101  (the caller has filed it)
    return Entry(
        spent_on=charge.billed_on,
        amount=charge.amount,
        category=order.category,
        payee=order.supplier.name,
        account=charge.account,
        note=f"Bill {charge.number} of order {order.number}",
        tax=charge.tax,
    )


def _sentence(order: PurchaseOrder) -> str:
    last = Bill.objects.filter(order=order).order_by("-pk").first()
    return f"{order.number} is billed already" + (f", by their {last.number} of {last.billed_on:%-d %B %Y}." if last else ".")
