"""What receipts teach about a supplier: how long goods take, and what they cost now."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from statistics import median_high

from django.db.models import F, Min

from common import money
from purchasing.models import Offer, PurchaseLine, PurchaseOrder, Supplier
from purchasing.services.offers import keep_price

REMEMBERED = 10  # orders


def learn_lead_time(supplier: Supplier) -> None:
    """The middle one of the last orders' days, each from its sending to its first goods. One slow week changes little."""
    came = PurchaseOrder.objects.filter(supplier=supplier).exclude(sent_on=None).exclude(receipts=None)
    dated = came.annotate(first=Min("receipts__received_on")).order_by("-sent_on", "-pk")
    days = [(first - sent).days for sent, first in dated.values_list("sent_on", "first")[:REMEMBERED]]
    if days:
        Supplier.objects.filter(pk=supplier.pk).update(learned_lead_days=median_high(days))


def learn_prices(told: Mapping[PurchaseLine, Decimal], *, source: str, at: datetime) -> None:
    """Offers by the same unit take the price that was charged, where it differs."""
    offers = {line.offer_id: (line, price) for line, price in told.items() if line.offer_id}
    for offer in Offer.objects.filter(pk__in=offers).select_related("business"):
        line, price = offers[offer.pk]
        if offer.unit == line.unit and offer.price != price and money.fits(price, offer.business.currency):
            Offer.objects.filter(pk=offer.pk).update(price=price, version=F("version") + 1)
            offer.price = price
            keep_price(offer, at=at, source=source)
