"""The budgets of a business at a glance."""

from datetime import date

from accounts.models import Business
from expenses.bars import Bar, bar, urgency
from expenses.queries import get_budgets, get_positions


def get_bars(business: Business, today: date) -> list[Bar]:
    """Each running budget as a bar, the worst first. One query while there is none."""
    budgets = list(get_budgets(business))
    bars = [bar(each, today) for each in get_positions(business, budgets, today)]
    return sorted(bars, key=urgency, reverse=True)
