"""A draft becomes binding: the supplier has it, its goods are incoming, its price is committed."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from common.templatetags.tillbook import money as in_words
from expenses.services.categories import for_stock
from inventory.services.incoming import expect
from mail.outbox import Enclosure, queue_email
from purchasing.models import OrderState, PurchaseOrder
from purchasing.paper import order_pdf
from purchasing.services.budgets import recheck
from purchasing.services.lines import shelves_of
from purchasing.services.orders import claim, refused

MAIL = "purchase_order"


class EmptyOrder(DomainError):
    code = "empty_order"
    field = "lines"


class BelowLeastOrder(DomainError):
    """The supplier wants more in one order; the same again with `confirmed` goes through."""

    code = "below_least_order"
    field = "confirmed"


class BadAddress(InvalidInput):
    field = "email"


@unit_of_work()
def send_order(
    *,
    order: PurchaseOrder,
    by: Member,
    at: datetime,
    email: str | None = None,
    confirmed: bool = False,
    version: int | None = None,
) -> PurchaseOrder:
    """Send a draft. With an address its PDF goes there by email; None means the supplier's own, "" that it is told otherwise."""
    by.must(Action.BUY)
    claim(order, (OrderState.DRAFT,), "cannot be sent", version=version)
    lines = list(order.lines.select_related("product").order_by("pk"))
    if not lines:
        raise EmptyOrder("The order has no lines yet.")
    _check_least(order, confirmed=confirmed)
    today = by.business.local_day(at)
    address = _address(order, email)
    order.state, order.sent_at, order.sent_on, order.sent_to = OrderState.SENT, at, today, address
    order.due = order.total
    order.category = order.category or for_stock(by.business)
    order.expected_on = order.expected_on or today + timedelta(days=order.supplier.lead_time)
    order.save()
    shelves = shelves_of(order, lines)
    expect({shelves[line.product_id].pk: line.ordered for line in lines})
    if address:
        _mail(order, address, by, at)
    after = {"state": order.state, "total": order.total, "expected_on": order.expected_on, "to": address}
    trail.record("order sent", order, by=by, at=at, before={"state": OrderState.DRAFT}, after=after)
    recheck(order, at)
    return order


@unit_of_work()
def mail_again(*, order: PurchaseOrder, by: Member, at: datetime, email: str | None = None) -> None:
    """The same order once more, to the same or another address."""
    by.must(Action.BUY)
    if not order.is_receivable:
        raise refused(order, "cannot be sent")
    address = _address(order, email)
    if not address:
        raise BadAddress(f"{order.supplier} has no email address.")
    PurchaseOrder.objects.filter(pk=order.pk).update(sent_to=address)
    _mail(order, address, by, at)
    trail.record("order mailed again", order, by=by, at=at, after={"to": address})


def _check_least(order: PurchaseOrder, *, confirmed: bool) -> None:
    least, currency = order.supplier.minimum_order, order.business.currency
    if least and order.total < least and not confirmed:
        comes_to = f"{order.number} comes to {in_words(order.total, currency)}"
        raise BelowLeastOrder(f"{order.supplier} takes orders from {in_words(least, currency)} on, and {comes_to}.")


def _address(order: PurchaseOrder, email: str | None) -> str:
    address = order.supplier.email if email is None else email.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise BadAddress("Enter a valid email address.") from error
    return address


def _mail(order: PurchaseOrder, to: str, by: Member, at: datetime) -> None:
    queue_email(
        kind=MAIL,
        to=to,
        context={"order": order, "business": order.business, "by": by},
        at=at,
        business_id=order.business_id,
        reply_to=by.user.email,
        enclosures=[Enclosure(f"{order.number}.pdf", "application/pdf", order_pdf(order))],
    )
