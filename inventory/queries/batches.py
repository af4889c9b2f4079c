"""Batches of a product as its page shows them, and all of a business for the API."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Business
from common.fields import QuantityField
from inventory.models import Batch, BatchLevel, Product
from inventory.models.batch import BatchLevelQuerySet

ZERO = Decimal(0)


@dataclass(frozen=True)
class BatchRow:
    """A batch of which there is something, soonest first. `state` is fine, soon or expired."""

    batch: Batch
    levels: Sequence[BatchLevel]
    state: str
    days: int

    @property
    def on_hand(self) -> Decimal:
        return sum((level.on_hand for level in self.levels), ZERO)


@dataclass(frozen=True)
class Batches:
    rows: Sequence[BatchRow]
    loose: Decimal  # of no batch; below zero where more was sold than there was


def get_batches(*, product: Product, owned: Decimal, today: date) -> Batches | None:
    """One query; none for a product without batches. `owned` is all that there is of the product, under way too."""
    if not product.tracks_batches:
        return None
    found: dict[Batch, list[BatchLevel]] = defaultdict(list)
    levels = BatchLevel.objects.filter(batch__product=product).in_stock().select_related("batch", "location")
    for level in levels.soonest_first():
        found[level.batch].append(level)
    rows = [_row(batch, levels, product.warned_before(product.business), today) for batch, levels in found.items()]
    return Batches(rows, owned - sum((row.on_hand for row in rows), ZERO))


def get_expiring(*, business: Business, today: date) -> BatchLevelQuerySet:
    """What lies where of batches that have expired, or will within as many days as their product wants to be told before.

    One query for the days that products have of their own.
    """
    products = Product.objects.for_business(business).filter(tracks_batches=True).exclude(warn_days=None)
    until = Q(batch__product__warn_days=None, batch__expires_on__lte=today + timedelta(days=business.expiry_warn_days))
    for days in products.order_by().values_list("warn_days", flat=True).distinct():
        until |= Q(batch__product__warn_days=days, batch__expires_on__lte=today + timedelta(days=days or 0))
    return BatchLevel.objects.for_business(business).in_stock().filter(until)


def get_all_batches(business: Business) -> QuerySet[Batch]:
    """With `total_on_hand` over all places."""
    levels = BatchLevel.objects.filter(batch=OuterRef("pk")).order_by().values("batch").annotate(total=Sum("on_hand"))
    total = Coalesce(Subquery(levels.values("total")), ZERO, output_field=QuantityField())
    return Batch.objects.for_business(business).select_related("product").annotate(total_on_hand=total)


def _row(batch: Batch, levels: Sequence[BatchLevel], warn_days: int, today: date) -> BatchRow:
    days = (batch.expires_on - today).days
    return BatchRow(batch, levels, "expired" if days < 0 else "soon" if days <= warn_days else "fine", days)
