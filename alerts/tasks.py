from typing import Any

from celery import shared_task
from django.utils import timezone

from alerts import services


@shared_task
def wake_snoozed(**_: Any) -> None:
    services.wake_snoozed(at=timezone.now())
