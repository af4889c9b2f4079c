from datetime import datetime

from expenses.queries import get_budgets
from expenses.services.watch import check_budgets
from purchasing.models import PurchaseOrder


def recheck(order: PurchaseOrder, at: datetime) -> None:
    """What an order commits has changed: tell of thresholds crossed, and take back what fell below."""
    budgets = list(get_budgets(order.business))
    today = order.business.local_day(at)
    if budgets:
        check_budgets(business=order.business, budgets=budgets, on=max(order.expected_on or today, today), at=at)
