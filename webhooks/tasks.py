from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from common.db import delete_at_once
from webhooks import delivery
from webhooks.models import Delivery

SWEEP = 1000
KEPT = timedelta(days=30)


@shared_task
def deliver(*, delivery_id: int, **_: Any) -> None:
    row = Delivery.objects.select_related("endpoint__business").filter(pk=delivery_id).first()
    if row:
        delivery.send(delivery=row, at=timezone.now())


@shared_task
def deliver_due(**_: Any) -> None:
    for delivery_id in delivery.offer_due(at=timezone.now(), limit=SWEEP):
        deliver.delay(delivery_id=delivery_id)


@shared_task
def forget_old(**_: Any) -> None:
    delete_at_once(Delivery.objects.filter(created_at__lt=timezone.now() - KEPT))
