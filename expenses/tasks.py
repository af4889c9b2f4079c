from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import Business
from expenses.services import posting, watch
from expenses.upcoming import get_businesses_behind


@shared_task
def check_budgets_everywhere(**_: Any) -> None:
    for pk in Business.objects.order_by().values_list("pk", flat=True).iterator():
        check_budgets.delay(business_id=pk)


@shared_task
def check_budgets(*, business_id: int, **_: Any) -> None:
    watch.check_business(business=Business.objects.get(pk=business_id), at=timezone.now())


@shared_task
def post_recurring_everywhere(**_: Any) -> None:
    for pk in get_businesses_behind(timezone.now()):
        post_recurring.delay(business_id=pk)


@shared_task
def post_recurring(*, business_id: int, **_: Any) -> None:
    posting.post_due(business=Business.objects.get(pk=business_id), at=timezone.now())
