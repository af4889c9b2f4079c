"""What this app can import: its products and their opening stock."""

from inventory.importers import products, stock

__all__ = ["products", "stock"]
