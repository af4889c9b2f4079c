"""A receipt by email, to whoever asked for it."""

from datetime import datetime

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from mail.outbox import queue_email
from sales.models import Sale
from sales.receipts import in_words


@unit_of_work()
def email_receipt(*, sale: Sale, to: str, by: Member, at: datetime) -> None:
    """Write the receipt of a sale, as `get_receipt` reads it, to one address. Who sent it where stays on record."""
    by.must(Action.SELL)
    queue_email(kind="receipt", to=to, context={"receipt": in_words(sale)}, at=at, business_id=sale.business_id)
    trail.record("receipt emailed", sale, by=by, at=at, after={"to": to})
