from typing import Any

from celery import shared_task
from django.utils import timezone

from common import idempotency


@shared_task
def forget_old_requests(**_: Any) -> None:
    idempotency.forget_old_requests(at=timezone.now())
