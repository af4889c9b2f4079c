"""Suppliers and what they sell."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from accounts.models import Business
from inventory.models import Product
from purchasing.models import Offer, OfferPrice, Supplier
from purchasing.models.offer import OfferQuerySet
from purchasing.models.supplier import SupplierQuerySet

PRICES_SHOWN = 20


def get_suppliers(*, business: Business, text: str = "", active: bool = True) -> SupplierQuerySet:
    """By name, each with `offer_count`, the products it sells."""
    rows = Supplier.objects.for_business(business).matching(text).filter(is_active=active)
    return rows.annotate(offer_count=Count("offers", filter=Q(offers__is_active=True)))


def get_offers(supplier: Supplier) -> OfferQuerySet:
    """What a supplier sells now, with `name` to page by."""
    offers = Offer.objects.filter(supplier=supplier, is_active=True)
    return offers.select_related("product__category").prefetch_related("product__packs")


def get_offers_of(*, business: Business, products: Sequence[int]) -> list[Offer]:
    """Who sells these products, the preferred first, then the cheapest."""
    offers = Offer.objects.for_business(business).active().filter(product__in=products).select_related("supplier", "product")
    return list(offers.order_by("product_id", "-is_preferred", "price", "id"))


def get_prices(offer: Offer) -> QuerySet[OfferPrice]:
    """Each price it had, newest first."""
    return OfferPrice.objects.filter(offer=offer).order_by("-since_at", "-id")


def get_buyable(*, business: Business, pk: int) -> Product | None:
    """A product that can be ordered, with its packs."""
    rows = Product.objects.for_business(business).sellable().filter(pk=pk).prefetch_related("packs")
    return rows.first()
