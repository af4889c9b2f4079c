from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import Business
from expenses.services import watch


@shared_task
def check_budgets_everywhere(**_: Any) -> None:
    for pk in Business.objects.order_by().values_list("pk", flat=True).iterator():
        check_budgets.delay(business_id=pk)


@shared_task
def check_budgets(*, business_id: int, **_: Any) -> None:
    watch.check_business(business=Business.objects.get(pk=business_id), at=timezone.now())
