"""Sizes, colours and the like of one product: each a product of its own, made in one go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product as combinations

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import InvalidInput
from inventory.models import Product, StockMovement
from inventory.services.bulk import create_products
from inventory.services.catalogue import FIELDS
from inventory.services.watch import check_product

MOST_VARIANTS = 200
LONGEST_LABEL = 80
LONGEST_SKU = 64


class NoVariants(InvalidInput):
    field = "options"


@unit_of_work()
def add_variants(*, parent: Product, options: Mapping[str, Sequence[str]], by: Member, at: datetime) -> list[Product]:
    """One product for each combination ({"Colour": ["Red"], "Size": ["S", "M"]}), which the parent then only groups."""
    by.must(Action.MANAGE_CATALOGUE)
    labels = labels_of(options)
    if StockMovement.objects.filter(product=parent).exists():
        raise NoVariants("This product has stock of its own. Make a new product for the variants.")
    taken = set(parent.variants.values_list("variant", flat=True))
    Product.objects.filter(pk=parent.pk).update(has_variants=True)
    parent.has_variants = True
    fresh = [label for label in labels if label not in taken]
    shared = {name: getattr(parent, name) for name in FIELDS if name not in {"variant", "sku"}} | {"parent": parent}
    skus = _free_skus(parent, fresh)
    rows = [({**shared, "variant": label, "sku": sku}, ()) for label, sku in zip(fresh, skus, strict=True)]
    made = create_products(by=by, rows=rows, at=at)
    check_product(product=parent, at=at)  # what only groups is never out
    trail.record(
        "variants added",
        parent,
        by=by,
        at=at,
        after={"variants": fresh},
    )
    return made


def labels_of(options: Mapping[str, Sequence[str]]) -> list[str]:
    """“Red, S”, “Red, M” and so on, each once. Raises NoVariants where there are none, too many or too long ones."""
    lists = [list(dict.fromkeys(value.strip() for value in values if value.strip())) for values in options.values()]
    lists = [values for values in lists if values]
    count = 1 if lists else 0
    for values in lists:
        count *= len(values)
    if not 0 < count <= MOST_VARIANTS:
        raise NoVariants(f"Give between 1 and {MOST_VARIANTS} combinations; this makes {count:,}.")
    labels = [", ".join(combo) for combo in combinations(*lists)]
    if long := [label for label in labels if len(label) > LONGEST_LABEL]:
        raise NoVariants(f"“{long[0][:30]}…” is too long: a variant has at most {LONGEST_LABEL} characters.")
    return labels


def _free_skus(parent: Product, labels: Sequence[str]) -> list[str]:
    """TEE-RED-S for “Red, S”; where two are alike, the second gets a number."""
    stem = parent.sku[: LONGEST_SKU // 2]
    taken = set(Product.objects.for_business(parent.business).filter(sku__startswith=stem).values_list("sku", flat=True))
    skus = []
    for label in labels:
        wanted = "-".join([parent.sku, *(part.strip()[:4] for part in label.upper().replace(" ", "").split(","))])[:LONGEST_SKU]
        number, sku = 1, wanted
        while sku in taken:
            number += 1
            sku = f"{wanted[: LONGEST_SKU - 4]}-{number}"
        taken.add(sku)
        skus.append(sku)
    return skus
