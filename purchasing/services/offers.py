from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from audit import services as audit
from common import money
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from inventory import units
from inventory.models import Product
from inventory.services.catalogue import check_price
from purchasing.models import Offer, OfferPrice, Supplier

FIELDS = ("code", "unit", "price", "minimum", "is_preferred", "is_active")


class OfferedAlready(DomainError):
    code = "offered_already"
    field = "product"


class NotBought(InvalidInput):
    field = "product"


class BadSupplier(InvalidInput):
    field = "supplier"


class BadMinimum(InvalidInput):
    field = "minimum"


@unit_of_work()
def add_offer(*, supplier: Supplier, product: Product, by: Member, values: Mapping[str, Any], at: datetime) -> Offer:
    """What a supplier sells of a product; without a unit by the product's own. The first offer of a product is preferred."""
    by.must(Action.BUY)
    if product.has_variants:
        raise NotBought(f"{product.label} is bought by its variants. Choose one of them.")
    offer = Offer(business=by.business, supplier=supplier, product=product, unit=product.unit)
    offer.is_preferred = not Offer.objects.for_business(by.business).active().filter(product=product).exists()
    fill_offer(offer, values)
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
    except IntegrityError as error:
        raise OfferedAlready(f"{supplier.name} sells {product.label} already. Change that instead.") from error
    _prefer(offer)
    keep_price(offer, at=at)
    trail.record("offer added", offer, by=by, at=at, after=_values(offer))
    return offer


@unit_of_work()
def update_offer(*, offer: Offer, by: Member, values: Mapping[str, Any], at: datetime, version: int | None = None) -> Offer:
    """Change an offer; a new price is kept beside the old ones. Raises StaleVersion for a `version` that is not the last."""
    by.must(Action.BUY)
    claim_version(offer, version)
    before = _values(offer)
    fill_offer(offer, values)
    old, new = audit.changes(before, _values(offer))
    if not new:
        return offer
    offer.save()
    _prefer(offer)
    if {"price", "unit"} & set(new):
        keep_price(offer, at=at)
    trail.record("offer changed", offer, by=by, at=at, before=old, after=new)
    return offer


@unit_of_work()
def prefer_supplier(*, product: Product, supplier_id: int | None, by: Member, at: datetime) -> None:
    """Buy a product from one supplier by preference, or from none. Who did not sell it yet sells it at its expected cost."""
    by.must(Action.BUY)
    offers = Offer.objects.for_business(by.business).filter(product=product)
    if supplier_id is None:
        for offer in offers.filter(is_preferred=True):
            update_offer(offer=offer, by=by, values={"is_preferred": False}, at=at)
        return
    supplier = Supplier.objects.for_business(by.business).filter(pk=supplier_id).first()
    if supplier is None:
        raise BadSupplier(f"There is no supplier {supplier_id}.")
    if not supplier.is_active:
        raise BadSupplier(f"{supplier.name} is not active.")
    known = offers.filter(supplier=supplier).first()
    if known:
        update_offer(offer=known, by=by, values={"is_preferred": True, "is_active": True}, at=at)
    elif product.cost is None:
        raise BadSupplier(f"Give {product.label} a cost too: it is the first price of {supplier.name}.")
    else:
        price = money.rounded(product.cost, by.business.currency)
        add_offer(supplier=supplier, product=product, by=by, values={"price": price, "is_preferred": True}, at=at)


def keep_price(offer: Offer, *, at: datetime, source: str = "") -> None:
    """Remember the price that an offer has from now on."""
    OfferPrice.objects.create(
        business_id=offer.business_id, offer=offer, unit=offer.unit, price=offer.price, since_at=at, source=source
    )


def factor_of(product: Product, unit: str) -> Decimal:
    """How many of the product's own unit one `unit` is. Raises UnknownUnit where there is no such unit or pack of it."""
    packs = {pack.name: pack.factor for pack in product.packs.all()}
    return units.factor(given=unit, base=product.unit, packs=packs, label=product.label)


def fill_offer(offer: Offer, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(offer, name, values[name])
    offer.unit = offer.unit or offer.product.unit
    check_price(offer.business, offer.price)
    factor = factor_of(offer.product, offer.unit)
    if offer.minimum is not None:
        _check_minimum(offer, factor)


def _check_minimum(offer: Offer, factor: Decimal) -> None:
    assert offer.minimum is not None  # noqa: S101  (the caller has looked)
    if offer.minimum <= 0:
        raise BadMinimum("Enter a quantity above 0, or leave it empty.")
    try:
        units.checked(offer.minimum * factor, unit=offer.product.unit, label=offer.product.label)
    except units.BadQuantity as error:
        raise BadMinimum(error.message) from error


def _prefer(offer: Offer) -> None:
    """A product has one preferred offer."""
    if offer.is_preferred:
        others = Offer.objects.for_business(offer.business).filter(product=offer.product_id, is_preferred=True)
        others.exclude(pk=offer.pk).update(is_preferred=False)


def _values(offer: Offer) -> dict[str, Any]:
    return {name: getattr(offer, name) for name in FIELDS}
