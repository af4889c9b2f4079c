from datetime import datetime

from expenses.queries import get_budgets
from expenses.services.watch import check_budgets
from expenses.tree import get_tree, touches
from purchasing.models import PurchaseOrder


def recheck(order: PurchaseOrder, at: datetime) -> None:
    """What an order commits has changed: tell of thresholds of its budgets crossed, and take back what fell below."""
    if order.category_id is None:
        return
    within = get_tree(order.business).above(order.category_id)
    budgets = [each for each in get_budgets(order.business) if touches(each, within, set(), None)]
    today = order.business.local_day(at)
    if budgets:
        check_budgets(business=order.business, budgets=budgets, on=max(order.expected_on or today, today), at=at)
