"""Rule 4: costs are derived rows. They follow the ledger, and can be written anew from it to the same figures at any time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts.models import Business, ValuationMethod
from common.db import BATCH, batched, delete_at_once, unit_of_work
from inventory.costing import ZERO, Book, Entry, Left
from inventory.models import CostCorrection, LandedCost, MovementCost, Product, StockLevel, StockMovement
from inventory.recosts import tell_recosted
from inventory.services.books import NEVER_COSTED, event_of, read_books, read_left

CHUNK = 2000  # movements in memory at once


@dataclass(frozen=True)
class Costed:
    """A movement and what it did to the book."""

    movement: StockMovement
    entry: Entry


def is_fifo(business: Business) -> bool:
    return business.valuation == ValuationMethod.FIFO


@unit_of_work()
def recost(*, business: Business, products: Collection[int], since: datetime | None = None) -> None:
    """Write the costs of products anew, from a moment on or all, and tell whose documents came to cost something else.

    The caller holds the products, so that nobody moves them meanwhile.
    """
    before: dict[int, Decimal] = {}
    after: dict[int, Decimal] = {}
    for pk in sorted(products):
        _add_costs(before, pk, since)
        _forget(pk, since)
        book = _replay(pk, since, fifo=is_fifo(business))
        Product.objects.filter(pk=pk).exclude(average_cost=book.unit_cost).update(average_cost=book.unit_cost)
        _add_costs(after, pk, since)
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    tell(business, changed)


@unit_of_work()
def recost_all(*, business: Business) -> int:
    """Of every product that ever moved; how many. Product by product, each waiting for whoever moves it."""
    moved = StockMovement.objects.for_business(business).order_by().values_list("product_id", flat=True).distinct()
    ids = sorted(moved)
    for pk in ids:
        hold([pk])
        recost(business=business, products=[pk])
    return len(ids)


def hold(products: Iterable[int]) -> None:
    """Have whoever moves these products wait until this transaction ends; first products, then shelves, each in order."""
    ids = sorted(products)
    for pk in ids:
        Product.objects.filter(pk=pk).lock()
    for shelf in StockLevel.objects.filter(product__in=ids).order_by("pk").values_list("pk", flat=True):
        StockLevel.objects.filter(pk=shelf).lock()


def keep(costed: Iterable[Costed]) -> list[int]:
    """Write rows for what was entered; the movements whose cost it corrected."""
    corrected: list[int] = []
    for part in batched(costed, BATCH):
        MovementCost.objects.bulk_create([row_of(one) for one in part], batch_size=BATCH)
        corrections = [
            CostCorrection(movement_id=each.key, cause_id=one.movement.pk, amount=each.value)
            for one in part
            for each in one.entry.corrections
        ]
        CostCorrection.objects.bulk_create(corrections, batch_size=BATCH)
        corrected += [correction.movement_id for correction in corrections]
    return corrected


def tell(business: Business, movements: Sequence[int]) -> None:
    """Whose documents these movements belong to."""
    documents: set[tuple[str, int]] = set()
    for part in batched(movements, BATCH):
        rows = StockMovement.objects.filter(pk__in=part).exclude(document_id=None)
        documents.update(rows.values_list("document_type", "document_id"))
    if documents:
        tell_recosted(business, documents)


def entered(book: Book, movements: Iterable[StockMovement], landed: dict[int, Decimal]) -> Iterator[Costed]:
    for movement in movements:
        yield Costed(movement, book.enter(event_of(movement, landed.get(movement.pk, ZERO))))


def costed_movements(product: int, since: datetime | None = None) -> Iterator[StockMovement]:
    """In the order of the ledger: when it happened, then as it was written."""
    rows = StockMovement.objects.filter(product=product).exclude(kind__in=NEVER_COSTED)
    if since is not None:
        rows = rows.filter(occurred_at__gte=since)
    return rows.order_by("occurred_at", "pk").iterator(chunk_size=CHUNK)


def landed_on(product: int) -> dict[int, Decimal]:
    rows = LandedCost.objects.filter(movement__product=product).order_by()
    return dict(rows.values_list("movement_id").annotate(Sum("amount")))


def opened_book(*, product: int, fifo: bool, since: datetime | None = None) -> Book:
    """As it stood before a moment, or empty; ready for what comes back after it."""
    back = StockMovement.objects.filter(product=product).exclude(gives_back=None)
    if since is None:
        return Book(fifo=fifo, left={pk: Left(ZERO, ZERO) for pk in _given_back(back)})
    book = read_books(products=[product], fifo=fifo, before=since)[product]
    book.left = read_left(_given_back(back.filter(occurred_at__gte=since)), before=since)
    return book


def _given_back(movements: QuerySet[StockMovement]) -> list[int]:
    return list(movements.order_by().values_list("gives_back_id", flat=True).distinct())


def _replay(product: int, since: datetime | None, *, fifo: bool) -> Book:
    book = opened_book(product=product, fifo=fifo, since=since)
    keep(entered(book, costed_movements(product, since), landed_on(product)))
    return book


def _forget(product: int, since: datetime | None) -> None:
    rows, corrections = MovementCost.objects.filter(product=product), CostCorrection.objects.filter(cause__product=product)
    if since is not None:
        rows, corrections = rows.filter(at__gte=since), corrections.filter(cause__at__gte=since)
    delete_at_once(corrections)
    delete_at_once(rows)


def _add_costs(costs: dict[int, Decimal], product: int, since: datetime | None) -> None:
    """What movements of documents cost, what was corrected later included."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    rows = MovementCost.objects.filter(product=product, movement__document_id__isnull=False)
    corrections = CostCorrection.objects.filter(cause__product=product)
    if since is not None:
        rows, corrections = rows.filter(at__gte=since), corrections.filter(cause__at__gte=since)
    for pk, value in (*rows.values_list("pk", "amount"), *corrections.values_list("movement_id", "amount")):
        found[pk] += value
    costs.update(found)


def row_of(one: Costed) -> MovementCost:
    entry = one.entry
    return MovementCost(
        movement=one.movement,
        product_id=one.movement.product_id,
        at=one.movement.occurred_at,
        quantity=entry.quantity,
        amount=entry.value,
        revalued=entry.revalued,
        quantity_after=entry.quantity_after,
        value_after=entry.value_after,
        unit_cost=entry.unit_cost,
        first_cost=entry.first_cost,
        came=entry.came,
        gone=entry.gone,
    )
