"""Many products at once, for imports: set-based, so that thousands take seconds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import BATCH, create_all, unit_of_work
from inventory.models import Barcode, Location, Product, StockLevel
from inventory.services.catalogue import check_price, refresh_search_text


@unit_of_work()
def create_products(*, by: Member, rows: Sequence[tuple[Mapping[str, Any], Sequence[str]]], at: datetime) -> list[Product]:
    """New products (values, barcodes) with empty shelves at the default location.

    The caller has seen to it that SKUs and barcodes are free; if one was taken meanwhile, the database refuses them all.
    """
    by.must(Action.MANAGE_CATALOGUE)
    products = [_product(by, values, barcodes, at) for values, barcodes in rows]
    products = create_all(Product, products)
    codes = [(product, code) for product, (_, barcodes) in zip(products, rows, strict=True) for code in barcodes]
    Barcode.objects.bulk_create([Barcode(business=by.business, product=p, code=code) for p, code in codes], batch_size=BATCH)
    place = Location.objects.for_business(by.business).filter(is_default=True).first()
    if place:
        StockLevel.objects.bulk_create([StockLevel(product=p, location=place) for p in products], batch_size=BATCH)
    made = [(product, {"sku": product.sku, "name": product.name, "price": product.price}) for product in products]
    trail.record_all("product created", made, by=by, at=at)
    return products


def _product(by: Member, values: Mapping[str, Any], barcodes: Sequence[str], at: datetime) -> Product:
    product = Product(business=by.business, created_at=at, **{"tax_rate": by.business.default_tax_rate, **values})
    check_price(by.business, product.price)
    refresh_search_text(product, barcodes)
    return product
