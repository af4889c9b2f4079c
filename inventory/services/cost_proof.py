"""Rule 4, proved: the derived costs are those that the ledger, read from its beginning, comes to."""

from collections.abc import Collection
from decimal import Decimal

from accounts.models import Business
from common.db import batched, unit_of_work
from inventory.models import CostCorrection, MovementCost, Product
from inventory.services.costs import (
    PRODUCTS,
    Costed,
    costed_movements,
    entered,
    hold,
    is_fifo,
    landed_on,
    moved_products,
    opened_books,
    row_of,
)

KEPT = (
    "movement_id", "product_id", "quantity", "amount", "revalued", "quantity_after", "value_after", "unit_cost", "first_cost",
    "came", "gone",
)  # fmt: skip


@unit_of_work()
def find_wrong_costs(*, business: Business, surely: bool = False) -> list[int]:
    """Products whose rows are not what the ledger says; some products at a time.

    While people sell, a row may be seen without its movement: `surely` looks again while nobody can move the product.
    """
    fifo = is_fifo(business)
    wrong: list[int] = []
    for part in batched(moved_products(business), PRODUCTS):
        wrong += sorted(_differing(part, fifo=fifo))
    if surely and wrong:
        hold(wrong)
        wrong = sorted(_differing(wrong, fifo=fifo))
    return wrong


def _differing(products: Collection[int], *, fifo: bool) -> set[int]:
    rows = MovementCost.objects.filter(product__in=products).values_list(*KEPT)
    kept = {row[0]: row for row in rows.iterator()}
    found = CostCorrection.objects.filter(cause__product__in=products)
    corrections = {
        (movement, cause): (product, amount)
        for movement, cause, product, amount in found.values_list("movement_id", "cause_id", "cause__product_id", "amount")
    }
    books = opened_books(products=products, fifo=fifo)
    wrong = set()
    for one in entered(books, costed_movements(products), landed_on(products)):
        if kept.pop(one.movement.pk, None) != _figures(one) or not _take_out(corrections, one):
            wrong.add(one.movement.product_id)
    wrong |= {row[1] for row in kept.values()} | {product for product, _ in corrections.values()}
    averages = Product.objects.filter(pk__in=products).values_list("pk", "average_cost")
    return wrong | {pk for pk, average in averages if average != books[pk].unit_cost}


def _take_out(corrections: dict[tuple[int, int], tuple[int, Decimal]], one: Costed) -> bool:
    """Whether each correction that the movement makes is among those kept."""
    return all(
        corrections.pop((each.key, one.movement.pk), None) == (one.movement.product_id, each.value)
        for each in one.entry.corrections
    )


def _figures(one: Costed) -> tuple[object, ...]:
    row = row_of(one)
    return tuple(getattr(row, name) for name in KEPT)
