"""Rule 4, proved: the derived costs are those that the ledger, read from its beginning, comes to."""

from collections.abc import Iterator
from itertools import zip_longest

from django.db.models import Exists, OuterRef

from accounts.models import Business
from common.db import unit_of_work
from common.fields import COST_STEP
from inventory.models import CostCorrection, MovementCost, Product, StockMovement
from inventory.services.costs import CHUNK, Costed, costed_movements, entered, hold, is_fifo, landed_on, opened_book, row_of

Figures = tuple[object, ...]
KEPT = ("movement_id", "quantity", "amount", "revalued", "quantity_after", "value_after", "unit_cost", "came", "gone")


@unit_of_work()
def find_wrong_costs(*, business: Business, surely: bool = False) -> list[int]:
    """Products whose rows are not what the ledger says. One product in memory at a time, and of it CHUNK movements.

    While people sell, a row may be seen without its movement: `surely` looks again while nobody can move the product.
    """
    moved = Exists(StockMovement.objects.filter(product=OuterRef("pk")))
    products = Product.objects.for_business(business).filter(moved).order_by("pk").values_list("pk", flat=True)
    fifo = is_fifo(business)
    return [pk for pk in products if not _agrees(pk, fifo=fifo) and not (surely and _agrees_held(pk, fifo=fifo))]


def _agrees_held(product: int, *, fifo: bool) -> bool:
    hold([product])
    return _agrees(product, fifo=fifo)


def _agrees(product: int, *, fifo: bool) -> bool:
    book = opened_book(product=product, fifo=fifo)
    corrections: dict[tuple[int, int], object] = {}
    rows = MovementCost.objects.filter(product=product).oldest_first().iterator(chunk_size=CHUNK)
    for one, kept in zip_longest(entered(book, costed_movements(product), landed_on(product)), rows):
        if one is None or kept is None or _figures(row_of(one)) != _figures(kept):
            return False
        corrections.update(_corrections(one))
    found = CostCorrection.objects.filter(cause__product=product).values_list("movement_id", "cause_id", "amount")
    average = Product.objects.values_list("average_cost", flat=True).get(pk=product)
    return corrections == {(movement, cause): amount for movement, cause, amount in found} and average == book.unit_cost


def _figures(row: MovementCost) -> Figures:
    return tuple(getattr(row, name) for name in KEPT)


def _corrections(one: Costed) -> Iterator[tuple[tuple[int, int], object]]:
    for each in one.entry.corrections:
        yield (each.key, one.movement.pk), each.value.quantize(COST_STEP)
