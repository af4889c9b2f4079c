"""What this app can import: its suppliers, what they sell and what is ordered there."""

from purchasing.importers import offers, orders, suppliers

__all__ = ["offers", "orders", "suppliers"]
