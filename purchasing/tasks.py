from typing import Any

from celery import shared_task
from django.utils import timezone

from inventory.services import daily
from purchasing.services import overdue


@shared_task
def check_orders_where_due(**_: Any) -> None:
    for pk in daily.shops_due(job=overdue.JOB, hour=daily.MORNING, at=timezone.now()):
        check_orders.delay(business_id=pk)


@shared_task
def check_orders(*, business_id: int, **_: Any) -> None:
    overdue.check_orders(business_id=business_id, at=timezone.now())
