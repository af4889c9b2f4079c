from typing import Any

from celery import shared_task
from django.utils import timezone

from mail import delivery, services
from mail.models import OutboxMessage

SWEEP = 2000


@shared_task
def deliver(*, message_id: int, **_: Any) -> None:
    message = OutboxMessage.objects.filter(pk=message_id).first()
    if message:
        delivery.send(message=message, at=timezone.now())


@shared_task
def clear_at_provider(*, address: str, **_: Any) -> None:
    if not delivery.files_only():
        delivery.clear_at_provider(address=address)


@shared_task
def forget_old_events(**_: Any) -> None:
    services.forget_old_events(at=timezone.now())


@shared_task
def deliver_due(**_: Any) -> None:
    for message_id in delivery.offer_due(at=timezone.now(), limit=SWEEP):
        deliver.delay(message_id=message_id)
