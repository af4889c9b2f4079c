"""What is due once a local day for each shop, asked every few minutes in UTC."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Business
from common.db import unit_of_work
from common.schedule import claim_day, claim_days, not_yet_run, zones_past
from inventory.models import Batch
from inventory.services.expiring import check_expiring
from inventory.services.proof import prove_ledger
from inventory.services.watch import check_businesses

MORNING = 7
NIGHT = 2
EARLY = 5  # so that the morning's summary knows of it
STOCK_CHECK = "stock check"
LEDGER_PROOF = "ledger proof"
EXPIRY_CHECK = "expiry check"


def shops_due(*, job: str, hour: int, at: datetime, among: QuerySet[Business] | None = None) -> list[int]:
    """Shops whose local clock has passed `hour` and that have not had `job` on this local day."""
    shops = Business.objects.shops() if among is None else among
    zones = list(shops.order_by().values_list("timezone", flat=True).distinct())
    due: list[int] = []
    for zone, local in zones_past(hour, zones, at):
        due += shops.filter(not_yet_run(job, local), timezone=zone).values_list("pk", flat=True)
    return due


@unit_of_work()
def check_stock(*, business_ids: Sequence[int], at: datetime) -> int:
    """Check the shops that are not checked today, in one transaction and in as many statements as one. How many they were."""
    shops = {shop.pk: shop for shop in Business.objects.filter(pk__in=business_ids)}
    ours = claim_days(job=STOCK_CHECK, days={pk: shop.local_day(at) for pk, shop in shops.items()})
    check_businesses(businesses=[shops[pk] for pk in sorted(ours)], at=at)
    return len(ours)


def shops_with_batches_due(*, at: datetime) -> list[int]:
    dated = Exists(Batch.objects.filter(business=OuterRef("pk")))
    return shops_due(job=EXPIRY_CHECK, hour=EARLY, at=at, among=Business.objects.shops().filter(dated))


def check_dates(*, business_id: int, at: datetime) -> bool:
    return once_today(business_id, EXPIRY_CHECK, at, lambda business: check_expiring(business=business, at=at))


def prove(*, business_id: int, at: datetime) -> bool:
    return once_today(business_id, LEDGER_PROOF, at, lambda business: prove_ledger(business=business, at=at))


@unit_of_work()
def once_today(business_id: int, job: str, at: datetime, work: Callable[[Business], object]) -> bool:
    """Claim and work in one transaction: a crash gives the day back, a second beat finds it taken."""
    business = Business.objects.get(pk=business_id)
    zone_time = next(local for _, local in zones_past(0, [business.timezone], at))
    if not claim_day(business_id=business_id, job=job, local=zone_time):
        return False
    work(business)
    return True
