"""Once a morning: orders whose day has passed and whose goods have not come."""

from datetime import date, datetime

from django.urls import reverse

from accounts.models import Business
from alerts.models import Alert, AlertKind
from alerts.services import Finding, raise_alerts, recover
from common.db import unit_of_work
from inventory.services.daily import once_today
from purchasing.models import PurchaseOrder
from purchasing.queries.orders import get_overdue

JOB = "order check"


def check_orders(*, business_id: int, at: datetime) -> bool:
    return once_today(business_id, JOB, at, lambda business: check_overdue(business=business, at=at))


@unit_of_work()
def check_overdue(*, business: Business, at: datetime) -> list[Alert]:
    """Tell of each overdue order once; what is overdue no more, because its day was moved or it has come, recovers."""
    today = business.local_day(at)
    late = get_overdue(business, today)
    told = Alert.objects.for_business(business).unresolved().filter(kind=AlertKind.ORDER_OVERDUE)
    over = set(told.values_list("subject_key", flat=True)) - {order.subject_key for order in late}
    if over:
        recover(business=business, kind=AlertKind.ORDER_OVERDUE, subject_keys=sorted(over), at=at)
    return raise_alerts(business=business, findings=[_finding(order, today) for order in late], at=at)


def _finding(order: PurchaseOrder, today: date) -> Finding:
    assert order.expected_on is not None  # noqa: S101  (overdue is past its day)
    days = (today - order.expected_on).days
    message = f"{order.number} was expected {days} day{'' if days == 1 else 's'} ago. Ask {order.supplier}."
    url = reverse("purchase_order", args=[order.pk])
    return Finding(AlertKind.ORDER_OVERDUE, order.subject_key, f"{order.number} to {order.supplier}", message, url)
