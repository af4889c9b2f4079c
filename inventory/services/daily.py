"""What is due once a local day for each shop, asked every few minutes in UTC."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Business
from common.db import unit_of_work
from common.schedule import claim_day, not_yet_run, zones_past
from inventory.services.proof import prove_ledger
from inventory.services.watch import check_business

MORNING = 7
NIGHT = 2
STOCK_CHECK = "stock check"
LEDGER_PROOF = "ledger proof"


def shops_due(*, job: str, hour: int, at: datetime) -> list[int]:
    """Shops whose local clock has passed `hour` and that have not had `job` on this local day."""
    shops = Business.objects.shops()
    zones = list(shops.order_by().values_list("timezone", flat=True).distinct())
    due: list[int] = []
    for zone, local in zones_past(hour, zones, at):
        due += shops.filter(not_yet_run(job, local), timezone=zone).values_list("pk", flat=True)
    return due


def check_stock(*, business_id: int, at: datetime) -> bool:
    return once_today(business_id, STOCK_CHECK, at, lambda business: check_business(business=business, at=at))


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
