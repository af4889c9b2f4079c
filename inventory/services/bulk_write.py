"""One field of many products, written in as many statements as there are batches, whatever the values."""

from collections.abc import Sequence

from django.db.models import F

from common.db import BATCH, batched
from inventory.bulk_values import stored
from inventory.models import Product


def write_values(products: Sequence[Product], field: str) -> None:
    """Write `field` of products that the caller holds locked, and take each one's next version."""
    none = [product.pk for product in products if not stored(product, field)]
    some = [product for product in products if stored(product, field)]
    for part in batched(none, BATCH):
        Product.objects.filter(pk__in=part).update(**{field: None})
    for group in batched(some, BATCH):
        _write_some(group, field)
    for part in batched([product.pk for product in products], BATCH):
        Product.objects.filter(pk__in=part).update(version=F("version") + 1)
    for product in products:
        product.version += 1


def _write_some(products: Sequence[Product], field: str) -> None:
    values = {stored(product, field) for product in products}
    if len(values) == 1:
        name = "category_id" if field == "category" else field
        Product.objects.filter(pk__in=[product.pk for product in products]).update(**{name: getattr(products[0], name)})
    else:
        Product.objects.bulk_update(products, [field])
