"""Work that is due once a local day for each business."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable

from common.db import BATCH
from common.models import DailyRun

IN_COMPANY = 50  # businesses that one task works for
logger = logging.getLogger(__name__)


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
    return _claim(business_id, job, local.date())


def claim_days(*, job: str, days: Mapping[int, date]) -> set[int]:
    """For which of these businesses, each on its local day, this caller is to run `job`; a second beat gets none of them."""
    runs = DailyRun.objects.filter(job=job, business_id__in=list(days), run_on__in=set(days.values()))
    known = set(runs.order_by().values_list("business_id", "run_on"))
    fresh = {pk: days[pk] for pk in sorted(days) if (pk, days[pk]) not in known}
    try:
        with transaction.atomic():
            rows = [DailyRun(business_id=pk, job=job, run_on=day) for pk, day in fresh.items()]
            DailyRun.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError:  # another beat is at one of them
        return {pk for pk, day in fresh.items() if _claim(pk, job, day)}
    return set(fresh)


def in_company(work: Callable[[list[int]], object], ids: Sequence[int]) -> None:
    """Work for all of these businesses at once; if that fails, for each alone, so that one does not keep the others from it."""
    try:
        work(list(ids))
    except Exception:
        if len(ids) == 1:
            raise
        logger.exception("Work for %s businesses at once failed; it is tried for each.", len(ids))
        one_by_one(lambda pk: work([pk]), ids)


def one_by_one(work: Callable[[int], object], ids: Sequence[int]) -> None:
    """Work for each of these businesses in turn; what fails for one is raised when all have had theirs."""
    failed: Exception | None = None
    for pk in ids:
        try:
            work(pk)
        except Exception as error:
            logger.exception("Work for business %s failed.", pk)
            failed = error
    if failed:
        raise failed


def _claim(business_id: int, job: str, day: date) -> bool:
    try:
        with transaction.atomic():
            DailyRun.objects.create(business_id=business_id, job=job, run_on=day)
    except IntegrityError:
        return False
    return True
