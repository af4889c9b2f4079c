from collections.abc import Sequence
from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import Business
from alerts import digest_times, digests, escalation, services
from common.db import batched
from common.schedule import IN_COMPANY, in_company


@shared_task
def wake_snoozed(**_: Any) -> None:
    services.wake_snoozed(at=timezone.now())


@shared_task
def escalate_unseen(**_: Any) -> None:
    for pk in escalation.get_businesses(at=timezone.now()):
        escalation.escalate(business=Business.objects.get(pk=pk), at=timezone.now())


@shared_task
def write_digests_where_due(**_: Any) -> None:
    for ids in batched(digest_times.get_businesses_due(at=timezone.now()), IN_COMPANY):
        write_digests.delay(business_ids=ids)


@shared_task
def write_digests(*, business_ids: Sequence[int] = (), **_: Any) -> None:
    in_company(_write, business_ids)


def _write(ids: Sequence[int]) -> None:
    digests.write_due(businesses=list(Business.objects.filter(pk__in=ids)), at=timezone.now())
