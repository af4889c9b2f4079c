from collections.abc import Sequence
from typing import Any

from celery import shared_task
from django.utils import timezone

from common.db import batched
from mail import delivery, services

SWEEP = 6000
AT_A_TIME = 200  # a task takes so many messages, and a worker that dies leaves so many to the next


@shared_task
def deliver_all(*, message_ids: Sequence[int], **_: Any) -> None:
    delivery.send_all(ids=message_ids, clock=timezone.now)


@shared_task
def deliver(*, message_id: int, **_: Any) -> None:
    """One message, as workers before deliver_all asked for it."""
    delivery.send_all(ids=[message_id], clock=timezone.now)


@shared_task
def clear_at_provider(*, address: str, **_: Any) -> None:
    if not delivery.files_only():
        delivery.clear_at_provider(address=address)


@shared_task
def forget_old_events(**_: Any) -> None:
    services.forget_old_events(at=timezone.now())


@shared_task
def deliver_due(**_: Any) -> None:
    for part in batched(delivery.offer_due(at=timezone.now(), limit=SWEEP), AT_A_TIME):
        deliver_all.delay(message_ids=part)
