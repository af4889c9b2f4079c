"""Proved every night: the movements of a batch at a place add up to its level, and no shelf holds less than its batches."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Business
from common.db import unit_of_work
from common.fields import QUANTITY_STEP
from inventory.models import BatchLevel, BatchMovement, StockLevel
from inventory.services.costs import hold

ZERO = Decimal(0)
Key = tuple[int, int, int]  # a product, its batch, a place


@unit_of_work()
def find_wrong_batches(*, business: Business, surely: bool = False) -> list[int]:
    """Products whose batches are not what their ledger comes to: three queries, whatever the number of movements.

    While people sell, a level may be seen without its movement: `surely` looks again while nobody can move the product.
    """
    wrong = _wrong(business)
    if surely and wrong:
        hold(wrong)
        wrong &= _wrong(business)
    return sorted(wrong)


def _wrong(business: Business) -> set[int]:
    moved = BatchMovement.objects.for_business(business).order_by().values_list("batch__product", "batch", "movement__location")
    sums = moved.annotate(Sum("quantity"))
    ledger: dict[Key, Decimal] = {(p, b, place): total.quantize(QUANTITY_STEP) for p, b, place, total in sums}
    kept = BatchLevel.objects.for_business(business).values_list("batch__product", "batch", "location", "on_hand")
    levels: dict[Key, Decimal] = {(p, b, place): on_hand for p, b, place, on_hand in kept}
    wrong = {key[0] for key in ledger.keys() | levels.keys() if ledger.get(key, ZERO) != levels.get(key, ZERO)}
    return wrong | _overfull(business, levels)


def _overfull(business: Business, levels: dict[Key, Decimal]) -> set[int]:
    held: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for (product, _, location), on_hand in levels.items():
        held[product, location] += on_hand
    rows = StockLevel.objects.for_business(business).filter(product__batches__isnull=False).distinct() if held else []
    known = {(shelf.product_id, shelf.location_id): shelf.on_hand for shelf in rows}
    return {product for (product, place), on_hand in held.items() if on_hand > max(known.get((product, place), ZERO), ZERO)}
