"""Finds the shelf (stock level with its product and location) that each line of a document means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery

from accounts.models import Business, ValuationMethod
from common.errors import DomainError, InvalidInput, on_line
from inventory.models import Barcode, Location, LocationKind, MovementCost, Product, StockLevel

LAYER = ("quantity", "amount", "came")  # what is known of the layer that is taken first
BOOK = ("at", "value_after", "unit_cost", "first_cost", "came", "gone")  # what a product's book is opened with


@dataclass(frozen=True)
class ProductRef:
    """A product as a caller names it: by exactly one of id, SKU or barcode."""

    product: int | None = None
    sku: str = ""
    barcode: str = ""

    @property
    def given_by(self) -> str:
        if self.product is not None:
            return "product"
        return "sku" if self.sku else "barcode"

    def __str__(self) -> str:
        return f"number {self.product}" if self.product is not None else self.sku or self.barcode


@dataclass(frozen=True)
class BatchRef:
    """A batch as a caller names it: by its id, its code or the day it expires; what comes in may be a new one."""

    code: str = ""
    expires_on: date | None = None
    batch: int | None = None

    @property
    def key(self) -> str:
        """Its code, for which the day stands in."""
        return self.code or (self.expires_on.isoformat() if self.expires_on else "")


class UnknownProduct(InvalidInput):
    code = "unknown_product"
    field = "product"


class PlaceClosed(DomainError):
    code = "place_closed"
    field = "location"


class UnknownLocation(InvalidInput):
    code = "unknown_location"
    field = "location"


def find_shelves(
    *, business: Business, refs: Sequence[ProductRef], location_id: int | None = None, kind: LocationKind = LocationKind.PLACE
) -> list[StockLevel]:
    """The shelf of each ref, in order, at the given location or the default one.

    One query for refs by id or SKU, one more for barcodes. Raises UnknownProduct or UnknownLocation,
    also for another business's rows.
    """
    by_code = _barcodes(business, refs)
    wanted = Q(product_id__in=[*by_code.values(), *(ref.product for ref in refs if ref.product is not None)])
    wanted |= Q(product__sku__in=[ref.sku for ref in refs if ref.sku])
    place = Q(location__is_default=True) if location_id is None else Q(location_id=location_id)
    place &= Q(location__kind=kind)
    levels = StockLevel.objects.for_business(business).filter(wanted, place).with_shelves().annotate(**_costs(business))
    levels = levels.select_related("product__category", "location")
    shelves = _Shelves([_with_cost(level) for level in levels], by_code)
    if missing := [ref for ref in refs if ref not in shelves]:
        location = find_location(business=business, location_id=location_id, kind=kind)
        shelves.add(_new_shelves(business, missing, by_code, location))
    found = []
    for index, ref in enumerate(refs):
        with on_line(index):
            found.append(shelves[ref])
    return found


def _costs(business: Business) -> dict[str, Subquery]:
    """What its product's last movement left, read along: where nobody comes between, it need not be asked for again.

    Under FIFO also the oldest layer that is not all gone.
    """
    newest = MovementCost.objects.filter(product=OuterRef("product")).newest_first()
    found = {f"last_{name}": Subquery(newest.values(name)[:1]) for name in BOOK}
    if business.valuation == ValuationMethod.FIFO:
        gone = MovementCost.objects.filter(product=OuterRef(OuterRef("product"))).newest_first().values("gone")[:1]
        layers = MovementCost.objects.filter(product=OuterRef("product"), quantity__gt=0, came__gt=Subquery(gone)).order_by(
            "came"
        )
        found |= {f"layer_{name}": Subquery(layers.values(name)[:1]) for name in LAYER}
    return found


def _with_cost(level: StockLevel) -> StockLevel:
    found = {name: getattr(level, f"last_{name}") for name in BOOK}
    level.last_cost = MovementCost(product_id=level.product_id, **found) if found["at"] else None
    layer = {name: getattr(level, f"layer_{name}", None) for name in LAYER}
    level.first_layer = MovementCost(product_id=level.product_id, **layer) if layer["came"] else None
    level.is_cost_known = True
    return level


class _Shelves:
    def __init__(self, levels: Sequence[StockLevel], by_code: dict[str, int]) -> None:
        self._by_code = by_code
        self._by_id: dict[int, StockLevel] = {}
        self._by_sku: dict[str, StockLevel] = {}
        self.add(levels)

    def add(self, levels: Sequence[StockLevel]) -> None:
        for level in levels:
            self._by_id[level.product_id] = level
            self._by_sku[level.product.sku] = level

    def _find(self, ref: ProductRef) -> StockLevel | None:
        if ref.product is not None:
            return self._by_id.get(ref.product)
        return self._by_sku.get(ref.sku) if ref.sku else self._by_id.get(self._by_code.get(ref.barcode, 0))

    def __contains__(self, ref: ProductRef) -> bool:
        return self._find(ref) is not None

    def __getitem__(self, ref: ProductRef) -> StockLevel:
        shelf = self._find(ref)
        if shelf is None:
            raise UnknownProduct(f"There is no product {ref}.", field=ref.given_by)
        return shelf


def _barcodes(business: Business, refs: Sequence[ProductRef]) -> dict[str, int]:
    codes = [ref.barcode for ref in refs if ref.barcode]
    if not codes:
        return {}
    return dict(Barcode.objects.for_business(business).filter(code__in=codes).values_list("code", "product_id"))


def _new_shelves(business: Business, refs: Sequence[ProductRef], by_code: dict[str, int], location: Location) -> list[StockLevel]:
    """Shelves for products that were never at this location.

    Who moves such a product on what was its only shelf finishes first: from now on it is counted over both.
    """
    ids = [ref.product or by_code.get(ref.barcode, 0) for ref in refs]
    wanted = Q(pk__in=ids) | Q(sku__in=[ref.sku for ref in refs if ref.sku])
    products = Product.objects.for_business(business).filter(wanted).select_related("category")
    StockLevel.objects.filter(product__in=list(products)).lock()
    return [_shelf(product, location) for product in products]


def _shelf(product: Product, location: Location) -> StockLevel:
    try:
        with transaction.atomic():
            shelf = StockLevel.objects.create(product=product, location=location)
    except IntegrityError:  # another till put it up at the same moment
        shelf = StockLevel.objects.get(product=product, location=location)
    shelf.product, shelf.location = product, location
    return shelf


def check_open(place: Location, *, field: str = "location") -> None:
    """Raise PlaceClosed where nothing is sold or received any more."""
    if not place.is_active:
        raise PlaceClosed(f"{place.name} is closed. Choose another place.", field=field)


def find_location(
    *, business: Business, location_id: int | None, field: str = "location", kind: LocationKind = LocationKind.PLACE
) -> Location:
    places = Location.objects.for_business(business).filter(kind=kind)
    place = places.filter(is_default=True).first() if location_id is None else places.filter(pk=location_id).first()
    if place is None:
        raise UnknownLocation("There is no such location.", field=field)
    return place
