"""Alerts become events: each that opens or is resolved, once to each endpoint that chose its kind."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Business
from alerts.hearers import Change, hears_of_alerts
from alerts.models import Alert
from webhooks.models import Endpoint
from webhooks.outbox import draft, queue
from webhooks.payload import of_alert


@hears_of_alerts
def tell_endpoints(business: Business, change: Change, alerts: Iterable[Alert], at: datetime) -> None:
    """One query where a business has no endpoint, whatever the number of alerts."""
    endpoints = list(Endpoint.objects.for_business(business).on().select_related("business"))
    if not endpoints:
        return
    kind = f"alert.{change}"
    told = [(alert, of_alert(alert)) for alert in alerts]
    queue(
        [
            draft(endpoint=endpoint, kind=kind, subject=alert.subject, data=data, at=at)
            for endpoint in endpoints
            for alert, data in told
            if alert.kind in endpoint.kind_list
        ]
    )
