"""Once a night: what expires soon, and what has, is told of; an alert for each batch while there is something of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from accounts.models import Business
from alerts.models import Alert, AlertKind
from alerts.services import Finding, raise_alerts, recover, reword
from common import money
from common.db import unit_of_work
from inventory.models import Batch, BatchLevel, Product
from inventory.queries.batches import get_expiring
from inventory.services.batch_refs import spoken

ZERO = Decimal(0)
Levels = Mapping[Batch, Sequence[BatchLevel]]


@unit_of_work()
def check_expiring(*, business: Business, at: datetime) -> list[Alert]:
    """Tell of each batch once when it is close to its day, and once more when that has passed. What is gone recovers."""
    today = business.local_day(at)
    found = {finding.subject_key: finding for finding in _findings(business, today)}
    alerts = Alert.objects.for_business(business).unresolved().filter(kind=AlertKind.EXPIRING)
    told = dict(alerts.values_list("subject_key", "message"))
    if over := told.keys() - found.keys():
        recover(business=business, kind=AlertKind.EXPIRING, subject_keys=sorted(over), at=at)
    for key in sorted(found.keys() & told.keys()):
        if found[key].message != told[key]:
            reword(business=business, finding=found[key])
    return raise_alerts(business=business, findings=list(found.values()), at=at)


def forget(*, batch: Batch, at: datetime) -> None:
    """Nothing is to be done about it any more, or not what was told."""
    recover(business=batch.product.business, kind=AlertKind.EXPIRING, subject_keys=[_soon(batch), _over(batch)], at=at)


def _findings(business: Business, today: date) -> list[Finding]:
    rows = get_expiring(business=business, today=today)
    by_batch: dict[Batch, list[BatchLevel]] = defaultdict(list)
    for row in rows.select_related("batch__product", "location").order_by("batch__expires_on", "batch_id", "location__name"):
        by_batch[row.batch].append(row)
    return [_finding(batch, levels, business, today) for batch, levels in by_batch.items()]


def _finding(batch: Batch, levels: Sequence[BatchLevel], business: Business, today: date) -> Finding:
    product, is_over = batch.product, batch.is_expired(today)
    subject = f"{product.label}, batch {batch.own_code}" if batch.own_code else product.label
    places = ", ".join(f"{level.on_hand.normalize():f} at {level.location}" for level in levels)
    message = f"{_when(batch, today)}: {places}.{_cost(product, levels, business)}"
    key, url = _over(batch) if is_over else _soon(batch), f"{reverse('product', args=[product.pk])}#batches"
    return Finding(AlertKind.EXPIRING, key, subject, message, url, is_urgent=is_over)


def _when(batch: Batch, today: date) -> str:
    day, days = spoken(batch.expires_on), (batch.expires_on - today).days
    if days < 0:
        return f"Expired on {day}"
    return f"Expires on {day}, {'today' if not days else f'in {days} days' if days > 1 else 'tomorrow'}"


def _cost(product: Product, levels: Sequence[BatchLevel], business: Business) -> str:
    """What all of it cost, unless costs are not for everybody's eyes."""
    cost = sum((level.on_hand for level in levels), ZERO) * (product.known_cost or ZERO)
    if not cost or business.hide_costs:
        return ""
    return f" It cost {money.symbol(business.currency)}{money.rounded(cost, business.currency):,}."


def _soon(batch: Batch) -> str:
    return batch.subject_key


def _over(batch: Batch) -> str:
    return f"{batch.subject_key}:expired"
