from collections.abc import Sequence
from functools import partial
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.heeding import heeds
from accounts.models import Business
from common.db import batched
from common.schedule import IN_COMPANY, in_company, one_by_one
from inventory.models import StockMovement
from inventory.services import daily
from inventory.services.costs import recost_all
from inventory.services.reserve import release_forgotten

AT_ONCE = 5000  # movements that are costed anew while the owner waits, in a few seconds


@heeds("valuation")
def cost_anew(business: Business) -> None:
    """By the other method, from the first movement on. Until a large shop is done, its past is still told by the old one."""
    if StockMovement.objects.for_business(business).order_by("pk")[AT_ONCE : AT_ONCE + 1].exists():
        transaction.on_commit(partial(recost_shop.delay, business_id=business.pk))
    else:
        recost_all(business=business)


@shared_task
def recost_shop(*, business_id: int, **_: Any) -> None:
    recost_all(business=Business.objects.get(pk=business_id))


@shared_task
def check_stock_where_due(**_: Any) -> None:
    due = daily.shops_due(job=daily.STOCK_CHECK, hour=daily.MORNING, at=timezone.now())
    for ids in batched(due, IN_COMPANY):
        check_stock.delay(business_ids=ids)


@shared_task
def check_stock(*, business_ids: Sequence[int] = (), **_: Any) -> None:
    in_company(lambda ids: daily.check_stock(business_ids=ids, at=timezone.now()), business_ids)


@shared_task
def prove_ledgers_where_due(**_: Any) -> None:
    due = daily.shops_due(job=daily.LEDGER_PROOF, hour=daily.NIGHT, at=timezone.now())
    for ids in batched(due, IN_COMPANY):
        prove_ledger.delay(business_ids=ids)


@shared_task
def prove_ledger(*, business_ids: Sequence[int] = (), **_: Any) -> None:
    one_by_one(lambda pk: daily.prove(business_id=pk, at=timezone.now()), business_ids)


@shared_task
def release_reservations(**_: Any) -> None:
    release_forgotten(at=timezone.now())


@shared_task
def check_dates_where_due(**_: Any) -> None:
    for ids in batched(daily.shops_with_batches_due(at=timezone.now()), IN_COMPANY):
        check_dates.delay(business_ids=ids)


@shared_task
def check_dates(*, business_ids: Sequence[int] = (), **_: Any) -> None:
    one_by_one(lambda pk: daily.check_dates(business_id=pk, at=timezone.now()), business_ids)
