"""Rule 4: costs are derived rows. They follow the ledger, and can be written anew from it to the same figures at any time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.models import Business, ValuationMethod
from common.db import BATCH, batched, delete_at_once, unit_of_work
from inventory.costing import ZERO, Book, Entry, Left
from inventory.models import CostCorrection, LandedCost, MovementCost, Product, StockLevel, StockMovement
from inventory.recosts import tell_recosted
from inventory.services.books import NEVER_COSTED, event_of, read_books, read_left

CHUNK = 2000  # movements in memory at once
PRODUCTS = 100  # costed together


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

    The caller holds the products, so that nobody moves them meanwhile. The same few statements for one product as for many.
    """
    ids = sorted(set(products))
    before = _document_costs(ids, since)
    _forget(ids, since)
    books = opened_books(products=ids, fifo=is_fifo(business), since=since)
    landed = landed_on(ids)
    keep(entered(books, costed_movements(ids, since), landed))
    averages = dict(Product.objects.filter(pk__in=ids).values_list("pk", "average_cost"))
    for pk in ids:
        if averages[pk] != books[pk].unit_cost:
            Product.objects.filter(pk=pk).update(average_cost=books[pk].unit_cost)
    after = _document_costs(ids, since)
    tell(business, [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)])


@unit_of_work()
def recost_all(*, business: Business) -> int:
    """Of every product that ever moved; how many. Some products at a time, each waiting for whoever moves it."""
    ids = moved_products(business)
    for part in batched(ids, PRODUCTS):
        hold(part)
        recost(business=business, products=part)
    return len(ids)


def moved_products(business: Business) -> list[int]:
    moved = Exists(StockMovement.objects.filter(product=OuterRef("pk")))
    return list(Product.objects.for_business(business).filter(moved).order_by("pk").values_list("pk", flat=True))


def hold(products: Iterable[int]) -> None:
    """Have whoever moves these products wait until this transaction ends; in the order in which movers lock them.

    First those that lie in several places, then all shelves: a product's only shelf stands for it, see `lock_products`.
    """
    ids = sorted(set(products))
    shelves = _shelves_of(ids)
    for pk in ids:
        if len(shelves[pk]) != 1:
            Product.objects.filter(pk=pk).lock()
    for shelf in sorted(shelf for found in shelves.values() for shelf in found):
        StockLevel.objects.filter(pk=shelf).lock()
    if (now := _shelves_of(ids)) != shelves:  # it came to lie in a second place meanwhile
        hold(pk for pk in ids if now[pk] != shelves[pk])


def _shelves_of(products: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {product: [] for product in products}
    for product, shelf in StockLevel.objects.filter(product__in=products).order_by("pk").values_list("product_id", "pk"):
        found[product].append(shelf)
    return found


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
        if corrections:
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


def entered(books: Mapping[int, Book], movements: Iterable[StockMovement], landed: Mapping[int, Decimal]) -> Iterator[Costed]:
    """Each movement in the book of its product; those of one product come in the order of the ledger."""
    for movement in movements:
        entry = books[movement.product_id].enter(event_of(movement, landed.get(movement.pk, ZERO)))
        yield Costed(movement, entry)


def costed_movements(products: Collection[int], since: datetime | None = None) -> Iterator[StockMovement]:
    """Product by product in the order of the ledger: when it happened, then as it was written."""
    rows = StockMovement.objects.filter(product__in=products).exclude(kind__in=NEVER_COSTED)
    if since is not None:
        rows = rows.filter(occurred_at__gte=since)
    return rows.order_by("product_id", "occurred_at", "pk").iterator(chunk_size=CHUNK)


def landed_on(products: Collection[int]) -> dict[int, Decimal]:
    """By movement, all that was added to what it cost."""
    rows = LandedCost.objects.filter(movement__product__in=products).order_by()
    return dict(rows.values_list("movement_id").annotate(Sum("amount")))


def opened_books(*, products: Collection[int], fifo: bool, since: datetime | None = None) -> dict[int, Book]:
    """As they stood before a moment, or empty; ready for what comes back after it."""
    back = StockMovement.objects.filter(product__in=products).exclude(gives_back=None)
    if since is None:
        books = {pk: Book(fifo=fifo) for pk in products}
        left = {pk: Left(ZERO, ZERO) for pk in _given_back(back)}
    else:
        books = read_books(products=products, fifo=fifo, before=since)
        left = read_left(_given_back(back.filter(occurred_at__gte=since)), before=since)
    for book in books.values():
        book.left = left
    return books


def _given_back(movements: QuerySet[StockMovement]) -> list[int]:
    return list(movements.order_by().values_list("gives_back_id", flat=True).distinct())


def _forget(products: Collection[int], since: datetime | None) -> None:
    rows = MovementCost.objects.filter(product__in=products)
    corrections = CostCorrection.objects.filter(cause__product__in=products)
    if since is not None:
        rows, corrections = rows.filter(at__gte=since), corrections.filter(cause__at__gte=since)
    delete_at_once(corrections)
    delete_at_once(rows)


def _document_costs(products: Collection[int], since: datetime | None) -> dict[int, Decimal]:
    """What movements of documents cost, what was corrected later included."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    rows = MovementCost.objects.filter(product__in=products, movement__document_id__isnull=False)
    corrections = CostCorrection.objects.filter(cause__product__in=products)
    if since is not None:
        rows, corrections = rows.filter(at__gte=since), corrections.filter(cause__at__gte=since)
    for pk, value in (*rows.values_list("pk", "amount"), *corrections.values_list("movement_id", "amount")):
        found[pk] += value
    return found


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
