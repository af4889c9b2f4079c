"""What orders will cost, until they are billed: budgets count it as good as spent (rule 11)."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from accounts.models import Business
from expenses.commitments import Commitment, commits
from purchasing.models import Bill, PurchaseOrder


@commits
def order_commitments(business: Business, since: date, until: date) -> Iterator[Commitment]:
    """Each on the day its goods are expected, or today where that is past: a late order is still to be paid for.

    A bill whose expense waits for approval counts nowhere yet, so it is committed on its own day. Two queries.
    """
    today = business.local_day(timezone.now())
    orders = PurchaseOrder.objects.for_business(business).unbilled().filter(expected_on__lte=until)
    for order in orders.exclude(category=None):
        on = max(order.expected_on or today, today)
        if since <= on <= until:
            yield Commitment(on, order.committed, order.category_id or 0)
    waiting = Bill.objects.for_business(business).waiting().filter(billed_on__range=(since, until))
    for bill in waiting.select_related("order"):
        yield Commitment(bill.billed_on, bill.amount, bill.order.category_id or 0)
