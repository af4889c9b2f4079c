"""What this app can import: its products, their opening stock, and what they are sorted by and lie in."""

from inventory.importers import places, products, stock

__all__ = ["places", "products", "stock"]
