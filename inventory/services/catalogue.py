from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, Q, QuerySet

from accounts import trail
from accounts.history import has_amounts
from accounts.models import Business, Member
from accounts.permissions import Action
from audit import services as audit
from common import money
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput, StaleVersion
from common.fields import LARGEST_AMOUNT
from inventory.models import Barcode, Location, Product, StockLevel, StockMovement
from inventory.models.product import searchable
from inventory.services.batch_stock import let_go
from inventory.services.watch import check_product, forget

FIELDS = (
    "name",
    "variant",
    "sku",
    "category",
    "unit",
    "price",
    "tax_rate",
    "cost",
    "reorder_point",
    "reorder_quantity",
    "is_active",
    "is_stocked",
    "tracks_batches",
    "warn_days",
)
WATCHED = {"category", "reorder_point", "is_active", "is_stocked"}


class SkuTaken(DomainError):
    code = "sku_taken"
    field = "sku"


class BarcodeTaken(DomainError):
    code = "barcode_taken"
    field = "barcodes"


class BadPrice(InvalidInput):
    field = "price"


class StaleProduct(StaleVersion):
    """Two people changed one product."""


class UnitInUse(DomainError):
    code = "unit_in_use"
    field = "unit"


@unit_of_work()
def create_product(*, by: Member, values: Mapping[str, Any], at: datetime, barcodes: Sequence[str] = ()) -> Product:
    """A new product with an empty shelf at the default location."""
    by.must(Action.MANAGE_CATALOGUE)
    product = Product(business=by.business, created_at=at, **{"tax_rate": by.business.default_tax_rate, **values})
    check_price(by.business, product.price)
    codes = _save_new(product, barcodes)
    trail.record("product created", product, by=by, at=at, after=_values(product) | ({"barcodes": codes} if codes else {}))
    return product


@unit_of_work()
def update_product(
    *,
    product: Product,
    by: Member,
    values: Mapping[str, Any],
    at: datetime,
    barcodes: Sequence[str] | None = None,
    version: int | None = None,
    watching: bool = True,
) -> Product:
    """Change a product. Raises StaleProduct when `version` is given and somebody else was faster.

    `watching` off leaves it to the caller to check many products together afterwards.
    """
    by.must(Action.MANAGE_CATALOGUE)
    if version is not None and version != product.version:
        raise StaleProduct("Somebody else changed this product meanwhile. Reload and try again.")
    before = _values(product)
    for name in FIELDS:
        setattr(product, name, values.get(name, getattr(product, name)))
    check_price(product.business, product.price)
    old, new = audit.changes(before, _values(product))
    changed = list(new)
    if "unit" in new and StockMovement.objects.filter(product=product).exists():
        raise UnitInUse("The unit cannot change once stock has moved.")
    had, has = _set_barcodes(product, barcodes) if barcodes is not None else ([], [])
    if had != has:
        old, new = old | {"barcodes": had}, new | {"barcodes": has}
    if not new:
        return product
    if new.get("tracks_batches") is False:
        let_go(product=product, by=by, at=at)
    _save(product, changed, version)
    trail.record("product changed", product, by=by, at=at, before=old, after=new)
    if watching and WATCHED & set(new):
        check_product(product=product, at=at)
    return product


@unit_of_work()
def remove_product(*, product: Product, by: Member, at: datetime) -> bool:
    """Delete a product that was never used, else deactivate it. True when it is gone."""
    by.must(Action.MANAGE_CATALOGUE)
    try:
        with transaction.atomic():
            trail.record("product deleted", product, by=by, at=at, before=_values(product))
            forget(product=product, at=at)
            product.delete()
    except ProtectedError:  # movements, receipts, variants: whatever names it
        update_product(product=product, by=by, values={"is_active": False}, at=at)
        return False
    return True


@has_amounts
def has_prices(business: Business) -> bool:
    """Nobody converts them: 2.50 euros would be 2.50 yen."""
    return Product.objects.for_business(business).filter(Q(price__gt=0) | Q(cost__gt=0)).exists()


def refresh_search_text(product: Product, barcodes: Sequence[str]) -> None:
    product.search_text = searchable(product.sku, product.name, product.variant, *barcodes)


def _save_new(product: Product, barcodes: Sequence[str]) -> list[str]:
    refresh_search_text(product, barcodes)
    try:
        with transaction.atomic():
            product.save(force_insert=True)
    except IntegrityError as error:
        raise _sku_taken(product) from error
    _, codes = _set_barcodes(product, barcodes)
    if not product.has_variants:
        place = Location.objects.for_business(product.business).filter(is_default=True).first()
        if place:
            StockLevel.objects.create(product=product, location=place)
    return codes


def _save(product: Product, changed: Sequence[str], version: int | None) -> None:
    """Write what changed, and nothing that somebody else may have changed meanwhile. Without a version the last write wins."""
    refresh_search_text(product, list(product.barcodes.values_list("code", flat=True)))
    values = {name: getattr(product, name) for name in (*changed, "search_text")}
    rows: QuerySet[Product] = Product.objects.filter(pk=product.pk)
    if version is not None:
        rows = rows.filter(version=version)
    try:
        with transaction.atomic():
            saved = rows.update(**values, version=F("version") + 1)
    except IntegrityError as error:
        raise _sku_taken(product) from error
    if not saved:
        raise StaleProduct("Somebody else changed this product meanwhile. Reload and try again.")
    product.version += 1


def _set_barcodes(product: Product, codes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give a product these barcodes and no others. Returns what it had and what it has."""
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    had = set(product.barcodes.values_list("code", flat=True))
    if gone := had - set(wanted):
        product.barcodes.filter(code__in=gone).delete()
    if fresh := [code for code in wanted if code not in had]:
        _add_barcodes(product, fresh)
    return sorted(had), sorted(wanted)


def _add_barcodes(product: Product, codes: Sequence[str]) -> None:
    _check_free(product.business, codes)
    try:
        with transaction.atomic():
            Barcode.objects.bulk_create([Barcode(business=product.business, product=product, code=code) for code in codes])
    except IntegrityError as error:
        raise BarcodeTaken("One of these barcodes was given to another product just now.") from error


def _check_free(business: Business, codes: Sequence[str]) -> None:
    for taken in Barcode.objects.for_business(business).filter(code__in=codes).select_related("product"):
        raise BarcodeTaken(f"Barcode {taken.code} belongs to {taken.product.label}.")


def _sku_taken(product: Product) -> DomainError:
    if Product.objects.for_business(product.business).filter(sku=product.sku).exclude(pk=product.pk).exists():
        return SkuTaken(f"The SKU {product.sku} is in use already.")
    return InvalidInput("These values cannot be stored. Check the numbers.")


def check_price(business: Business, price: Decimal) -> None:
    if not 0 <= price <= LARGEST_AMOUNT:
        raise BadPrice(f"A price lies between 0 and {LARGEST_AMOUNT:,}.")
    if not money.fits(price, business.currency):
        raise BadPrice(f"A price in {business.currency} has at most {money.places(business.currency)} decimal places.")


def _values(product: Product) -> dict[str, Any]:
    values = {name: getattr(product, name) for name in FIELDS if name != "category"}
    return values | {"category": product.category_id}
