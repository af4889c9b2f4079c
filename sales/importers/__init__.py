"""What this app can import: sales of the past, and customers."""

from sales.importers import customers, sales

__all__ = ["customers", "sales"]
