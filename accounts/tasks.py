from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.services import sign_ins


@shared_task
def forget_old_devices(**_: Any) -> None:
    sign_ins.forget_old_devices(at=timezone.now())
