"""Levels by location, what they are worth, and the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Business
from inventory.models import Barcode, Location, MovementKind, Product, StockLevel, StockMovement, StockState
from inventory.models.movement import StockMovementQuerySet
from inventory.models.stock_level import StockLevelQuerySet
from inventory.queries.batches import get_expiring
from inventory.queries.flows import CAME, LOST_AND_FOUND, WENT
from inventory.queries.products import SALES

MOST_MATCHES = 8
CORRECTIONS = "corrections"  # of what was counted, lost, found, taken
CHANGES = "changes"  # of what there is in all
SALES_TOGETHER = "sales"  # less what came back
BOUGHT_TOGETHER = "bought"  # less what was sent back
KINDS = {kind.value: [kind] for kind in MovementKind} | {
    CORRECTIONS: LOST_AND_FOUND,
    SALES_TOGETHER: SALES,
    BOUGHT_TOGETHER: [MovementKind.OPENING, MovementKind.RECEIVED, MovementKind.SENT_BACK],
    CHANGES: [kind for kind in MovementKind if kind is not MovementKind.MOVED],
}
WAYS = {"in": CAME, "out": WENT}


@dataclass(frozen=True)
class LevelFilters:
    text: str = ""
    location: int | None = None
    stock: str = ""

    @property
    def are_set(self) -> bool:
        return self != LevelFilters()


@dataclass(frozen=True)
class MovementFilters:
    """`first` and `last` are the business's local days, both included. `kind` may stand for several.

    `way` is in or out; `reason` is taken as it stands; `has_reason` is no for what nobody gave one.
    """

    text: str = ""
    product: int | None = None
    kind: str = ""
    location: int | None = None
    first: date | None = None
    last: date | None = None
    category: int | None = None
    way: str = ""
    reason: str = ""
    has_reason: str = ""

    @property
    def are_set(self) -> bool:
        return self != MovementFilters()


def get_levels(*, business: Business, filters: LevelFilters, today: date) -> StockLevelQuerySet:
    """Shelves of active products, with `name` to page by. What expires does so as seen from `today`."""
    levels = (
        StockLevel.objects.for_business(business)
        .in_places()
        .filter(product__is_active=True, product__is_stocked=True, product__has_variants=False)
    )
    if filters.text.strip():
        levels = levels.filter(product__in=Product.objects.for_business(business).matching(filters.text))
    if filters.location:
        levels = levels.filter(location_id=filters.location)
    if filters.stock == "negative":
        levels = levels.filter(on_hand__lt=F("committed"))
    elif filters.stock == "expiring":
        here = {"batch__product": OuterRef("product"), "location": OuterRef("location")}
        levels = levels.filter(Exists(get_expiring(business=business, today=today).filter(**here)))
    elif filters.stock in StockState.values:
        levels = levels.filter(product__stock_state=filters.stock)
    return levels.annotate(name=F("product__name")).select_related("product__category", "location")


def get_movements(*, business: Business, filters: MovementFilters) -> StockMovementQuerySet:
    movements = StockMovement.objects.for_business(business).select_related("product", "location", "moved_by__user")
    if filters.product:
        movements = movements.filter(product_id=filters.product)
    if filters.text.strip():
        movements = movements.filter(product__in=Product.objects.for_business(business).matching(filters.text))
    if filters.kind in KINDS:
        movements = movements.filter(kind__in=KINDS[filters.kind])
    if filters.location:
        movements = movements.filter(location_id=filters.location)
    if filters.first:
        movements = movements.filter(occurred_at__gte=business.days(filters.first, filters.first).since)
    if filters.last:
        movements = movements.filter(occurred_at__lt=business.days(filters.last, filters.last).until)
    return movements.filter(*_narrower(filters))


def _narrower(filters: MovementFilters) -> Iterator[Q]:
    """What only the figures of reports ask for."""
    if filters.category is not None:
        yield Q(product__category=filters.category) if filters.category else Q(product__category=None)
    if filters.way in WAYS:
        yield WAYS[filters.way]
    if filters.reason:
        yield Q(reason=filters.reason)
    if filters.has_reason == "no":
        yield Q(reason="")


def get_scanned(*, business: Business, text: str) -> list[Product]:
    """What a scanned or typed text means: the product of that code alone, else what matches it."""
    products = Product.objects.for_business(business).sellable().filter(is_stocked=True).select_related("category")
    text = text.strip()
    exact = list(
        products.filter(Q(sku=text) | Q(pk__in=Barcode.objects.for_business(business).filter(code=text).values("product")))[:1]
    )
    return exact or list(products.matching(text).order_by("name", "id")[:MOST_MATCHES])


def get_products_by_id(*, business: Business, ids: Sequence[int]) -> dict[int, Product]:
    """With their packs, for lines that name them."""
    products = Product.objects.for_business(business).filter(pk__in=ids).prefetch_related("packs")
    return {product.pk: product for product in products}


def get_location_choices(business: Business, *, active: bool = True) -> list[tuple[int, str]]:
    """The default place first."""
    places = Location.objects.for_business(business).places()
    if active:
        places = places.active()
    return list(places.order_by("-is_default", "name").values_list("pk", "name"))
