from typing import Any

from celery import shared_task
from django.utils import timezone

from mail import delivery
from mail.models import OutboxMessage

SWEEP = 2000


@shared_task
def deliver(*, message_id: int, **_: Any) -> None:
    message = OutboxMessage.objects.filter(pk=message_id).first()
    if message:
        delivery.send(message=message, at=timezone.now())


@shared_task
def deliver_due(**_: Any) -> None:
    for message_id in delivery.offer_due(at=timezone.now(), limit=SWEEP):
        deliver.delay(message_id=message_id)
