from typing import Any

from celery import shared_task
from django.utils import timezone

from inventory.services import daily


@shared_task
def check_stock_where_due(**_: Any) -> None:
    for pk in daily.shops_due(job=daily.STOCK_CHECK, hour=daily.MORNING, at=timezone.now()):
        check_stock.delay(business_id=pk)


@shared_task
def check_stock(*, business_id: int, **_: Any) -> None:
    daily.check_stock(business_id=business_id, at=timezone.now())


@shared_task
def prove_ledgers_where_due(**_: Any) -> None:
    for pk in daily.shops_due(job=daily.LEDGER_PROOF, hour=daily.NIGHT, at=timezone.now()):
        prove_ledger.delay(business_id=pk)


@shared_task
def prove_ledger(*, business_id: int, **_: Any) -> None:
    daily.prove(business_id=business_id, at=timezone.now())
