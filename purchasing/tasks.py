from collections.abc import Sequence
from typing import Any

from celery import shared_task
from django.utils import timezone

from common.db import batched
from common.schedule import IN_COMPANY, one_by_one
from inventory.services import daily
from purchasing.services import overdue


@shared_task
def check_orders_where_due(**_: Any) -> None:
    due = daily.shops_due(job=overdue.JOB, hour=daily.MORNING, at=timezone.now())
    for ids in batched(due, IN_COMPANY):
        check_orders.delay(business_ids=ids)


@shared_task
def check_orders(*, business_ids: Sequence[int] = (), **_: Any) -> None:
    one_by_one(lambda pk: overdue.check_orders(business_id=pk, at=timezone.now()), business_ids)
