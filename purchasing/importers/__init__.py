"""What this app can import: its suppliers and what they sell."""

from purchasing.importers import offers, suppliers

__all__ = ["offers", "suppliers"]
