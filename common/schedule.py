"""Work that is due once a local day for each business."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable

from common.models import DailyRun


def zones_past(hour: int, zones: list[str], at: datetime) -> Iterator[tuple[str, datetime]]:
    """The zones in which the local clock shows `hour` or later, with their local time."""
    for name in zones:
        local = at.astimezone(ZoneInfo(name))
        if local.hour >= hour:
            yield name, local


def not_yet_run(job: str, local: datetime) -> Combinable:
    """A condition on businesses: no run of `job` on this local day."""
    return ~Exists(DailyRun.objects.filter(business=OuterRef("pk"), job=job, run_on=local.date()))


def claim_day(*, business_id: int, job: str, local: datetime) -> bool:
    """Whether this caller is the one to run `job` today; a second beat gets False."""
    try:
        with transaction.atomic():
            DailyRun.objects.create(business_id=business_id, job=job, run_on=local.date())
    except IntegrityError:
        return False
    return True
