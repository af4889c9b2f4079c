from typing import Any

from celery import shared_task
from django.utils import timezone

from imports.services import claim
from imports.services import work as worker

SWEEP = 100


@shared_task
def work(*, batch_id: int, **_: Any) -> None:
    worker.work(batch_id=batch_id, clock=timezone.now)


@shared_task
def resume_stalled(**_: Any) -> None:
    for batch_id in claim.stalled_ids(at=timezone.now(), limit=SWEEP):
        work.delay(batch_id=batch_id)
