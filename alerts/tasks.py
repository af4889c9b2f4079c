from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import Business
from alerts import digest_times, digests, escalation, services


@shared_task
def wake_snoozed(**_: Any) -> None:
    services.wake_snoozed(at=timezone.now())


@shared_task
def escalate_unseen(**_: Any) -> None:
    for pk in escalation.get_businesses(at=timezone.now()):
        escalation.escalate(business=Business.objects.get(pk=pk), at=timezone.now())


@shared_task
def write_digests_where_due(**_: Any) -> None:
    for pk in digest_times.get_businesses_due(at=timezone.now()):
        write_digests.delay(business_id=pk)


@shared_task
def write_digests(*, business_id: int, **_: Any) -> None:
    digests.write_due(business=Business.objects.get(pk=business_id), at=timezone.now())
