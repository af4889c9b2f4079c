from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import Business
from expenses.models import ClosedPeriods
from expenses.services import closed, posting, unusual, watch
from expenses.upcoming import get_businesses_behind


@shared_task
def check_budgets_everywhere(**_: Any) -> None:
    for pk in Business.objects.order_by().values_list("pk", flat=True).iterator():
        check_budgets.delay(business_id=pk)


@shared_task
def check_budgets(*, business_id: int, **_: Any) -> None:
    business, now = Business.objects.get(pk=business_id), timezone.now()
    closed.add_up(business=business, today=business.local_day(now))
    watch.check_business(business=business, at=now)


@shared_task
def prove_budgets_everywhere(**_: Any) -> None:
    """Only where there is something to prove."""
    for pk in ClosedPeriods.objects.order_by().values_list("budget__business_id", flat=True).distinct():
        prove_budgets.delay(business_id=pk)


@shared_task
def prove_budgets(*, business_id: int, **_: Any) -> None:
    closed.prove(business=Business.objects.get(pk=business_id))


@shared_task
def post_recurring_everywhere(**_: Any) -> None:
    for pk in get_businesses_behind(timezone.now()):
        post_recurring.delay(business_id=pk)


@shared_task
def post_recurring(*, business_id: int, **_: Any) -> None:
    posting.post_due(business=Business.objects.get(pk=business_id), at=timezone.now())


@shared_task
def check_unusual_where_due(**_: Any) -> None:
    for pk in unusual.businesses_due(at=timezone.now()):
        check_unusual.delay(business_id=pk)


@shared_task
def check_unusual(*, business_id: int, **_: Any) -> None:
    unusual.check_business(business=Business.objects.get(pk=business_id), at=timezone.now())
