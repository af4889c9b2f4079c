"""What this app can import: bank statements, lists of expenses, rates of the day."""

from expenses.importers import kinds, rates

__all__ = ["kinds", "rates"]
