"""What a list can change of products, and how the values are written down, so that they can be put back exactly."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from inventory.models import Product

LABELS = {
    "name": "name",
    "sku": "SKU",
    "category": "category",
    "price": "price",
    "tax_rate": "tax rate",
    "reorder_point": "low at",
    "reorder_quantity": "then order",
    "is_active": "active",
    "is_stocked": "has stock",
}
NUMBERS = {"price", "tax_rate", "reorder_point", "reorder_quantity"}
FLAGS = {"is_active", "is_stocked"}


def text_of(field: str, value: Any) -> str:
    """A category is its id, a number has no needless zeros, none is ""."""
    if value is None:
        return ""
    if field == "category":
        return str(getattr(value, "pk", value))
    if field in FLAGS:
        return "yes" if value else "no"
    return plain(value) if field in NUMBERS else str(value)


def stored(product: Product, field: str) -> str:
    """What a product has now. Its category is not looked up."""
    return text_of(field, product.category_id if field == "category" else getattr(product, field))


def value_of(field: str, text: str) -> Any:
    """The value that `text_of` wrote; of a category its id."""
    if field in FLAGS:
        return text == "yes"
    if field in NUMBERS:
        return Decimal(text) if text else None
    if field == "category":
        return int(text) if text else None
    return text


def put(product: Product, field: str, value: Any) -> None:
    setattr(product, "category_id" if field == "category" else field, getattr(value, "pk", value))


def audited(changes: Mapping[str, tuple[str, str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after as the audit has them of a single edit."""
    before = {field: value_of(field, old) for field, (old, _) in changes.items()}
    return before, {field: value_of(field, new) for field, (_, new) in changes.items()}


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"
