"""What this app can import."""

from expenses.importers import rates

__all__ = ["rates"]
