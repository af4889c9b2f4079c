"""Rules 1 and 4, proved every night: the movements of each product and location add up to its level, batches and costs.

What is set aside adds up to what is committed.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, Sum
from django.urls import reverse

from accounts.models import Business
from alerts.models import Alert, AlertKind
from alerts.services import Finding, raise_alerts, recover
from common.db import unit_of_work
from common.fields import QUANTITY_STEP
from inventory.models import Product, StockLevel, StockMovement
from inventory.services.batch_proof import find_wrong_batches
from inventory.services.cost_proof import find_wrong_costs


@dataclass(frozen=True)
class Difference:
    product_id: int
    location_id: int
    ledger: Decimal
    level: Decimal


def find_differences(*, business: Business) -> list[Difference]:
    """Where the ledger and the levels disagree: two queries, whatever the number of movements."""
    sums = StockMovement.objects.for_business(business).order_by().values_list("product_id", "location_id")
    ledger = {(product, location): total.quantize(QUANTITY_STEP) for product, location, total in sums.annotate(Sum("quantity"))}
    rows = StockLevel.objects.for_business(business).values_list("product_id", "location_id", "on_hand")
    levels = {(product, location): on_hand for product, location, on_hand in rows}
    zero = Decimal(0)
    pairs = sorted(ledger.keys() | levels.keys())
    found = [
        Difference(product, place, ledger.get((product, place), zero), levels.get((product, place), zero))
        for product, place in pairs
    ]
    return [difference for difference in found if difference.ledger != difference.level]


def find_wrong_commitments(*, business: Business) -> list[Difference]:
    """Shelves of which another quantity is committed than their reservations add up to: one query for the few that have any."""
    levels = StockLevel.objects.for_business(business).filter(~Q(committed=0) | Q(reservations__isnull=False))
    rows = levels.order_by("pk").values_list("product_id", "location_id", "committed").annotate(Sum("reservations__quantity"))
    found = [
        Difference(product, place, (kept or Decimal(0)).quantize(QUANTITY_STEP), level) for product, place, level, kept in rows
    ]
    return [difference for difference in found if difference.ledger != difference.level]


@unit_of_work()
def prove_ledger(*, business: Business, at: datetime) -> list[Difference]:
    """Raise an alert on the first difference; the alert names it. Resolve those on products that add up again."""
    differences = find_differences(business=business)
    wrong = {Product(pk=difference.product_id).subject_key for difference in differences}
    committed = find_wrong_commitments(business=business)
    wrong |= {Product(pk=difference.product_id).subject_key for difference in committed}
    wrongly_costed = find_wrong_costs(business=business, surely=True)
    wrongly_dated = find_wrong_batches(business=business, surely=True)
    wrong |= {Product(pk=pk).subject_key for pk in (*wrongly_costed, *wrongly_dated)}
    alerts = Alert.objects.unresolved().filter(business=business, kind=AlertKind.LEDGER_MISMATCH)
    told = set(alerts.values_list("subject_key", flat=True))
    if mended := told - wrong:
        recover(business=business, kind=AlertKind.LEDGER_MISMATCH, subject_keys=sorted(mended), at=at)
    if differences:
        first = differences[0]
        said = f"The ledger says {first.ledger.normalize():f}, the level {first.level.normalize():f}."
        _raise(business, first.product_id, f"{said} Products concerned: {len(wrong)}.", at)
    elif committed:
        first = committed[0]
        said = f"{first.level.normalize():f} are committed, {first.ledger.normalize():f} are set aside."
        _raise(business, first.product_id, f"{said} Products concerned: {len(wrong)}.", at)
    elif wrongly_costed:
        said = "Its costs are not what the ledger comes to."
        _raise(business, wrongly_costed[0], f"{said} Products concerned: {len(wrong)}.", at)
    elif wrongly_dated:
        said = "Its batches are not what the ledger comes to."
        _raise(business, wrongly_dated[0], f"{said} Products concerned: {len(wrong)}.", at)
    return [*differences, *committed]


def _raise(business: Business, product_id: int, message: str, at: datetime) -> None:
    product = Product.objects.get(pk=product_id)
    url = reverse("product", args=[product.pk])
    finding = Finding(AlertKind.LEDGER_MISMATCH, product.subject_key, product.label, message, url)
    raise_alerts(business=business, findings=[finding], at=at)
