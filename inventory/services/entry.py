"""What the product form does in one go: the product, its barcodes, and a category that is named for the first time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Business, Member
from common.db import unit_of_work
from inventory.models import Category, Product
from inventory.services.catalogue import create_product, update_product
from inventory.services.places import save_category

SKU_LENGTH = 24


@unit_of_work()
def enter_product(
    *, by: Member, values: Mapping[str, Any], at: datetime, barcodes: Sequence[str] = (), new_category: str = ""
) -> Product:
    """Create a product; without a SKU it gets one made of its name."""
    values = _with_category(values, new_category, by, at)
    sku = values.get("sku") or free_sku(by.business, values["name"])
    return create_product(by=by, values={**values, "sku": sku}, at=at, barcodes=barcodes)


@unit_of_work()
def amend_product(
    *,
    product: Product,
    by: Member,
    values: Mapping[str, Any],
    at: datetime,
    version: int | None,
    barcodes: Sequence[str],
    new_category: str = "",
) -> Product:
    """Change a product, or raise StaleProduct and change nothing: neither is the category made."""
    values = _with_category(values, new_category, by, at)
    return update_product(product=product, by=by, values=values, at=at, barcodes=barcodes, version=version)


def free_sku(business: Business, name: str) -> str:
    """BLUE-MUG for "Blue mug", BLUE-MUG-2 for the next one."""
    letters = "".join(char if char.isalnum() else " " for char in name.upper())
    stem = "-".join(letters.split())[:SKU_LENGTH].strip("-") or "PRODUCT"
    taken = set(Product.objects.for_business(business).filter(sku__startswith=stem).values_list("sku", flat=True))
    number, sku = 1, stem
    while sku in taken:
        number += 1
        sku = f"{stem}-{number}"
    return sku


def _with_category(values: Mapping[str, Any], name: str, by: Member, at: datetime) -> dict[str, Any]:
    name = name.strip()
    if not name:
        return dict(values)
    known = Category.objects.for_business(by.business).filter(name=name).first()
    category = known or save_category(category=Category(business=by.business, name=name), by=by, at=at)
    return {**values, "category": category}
