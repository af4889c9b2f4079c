"""Alerts become events: each that opens or is resolved, once to each endpoint that chose its kind."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import Business
from alerts.hearers import Change, hears_of_alerts
from alerts.models import Alert
from webhooks.models import Endpoint
from webhooks.outbox import draft, queue
from webhooks.payload import of_alert


@hears_of_alerts
def tell_endpoints(change: Change, alerts: Mapping[Business, Iterable[Alert]], at: datetime) -> None:
    """One query where no business has an endpoint, whatever their number and that of alerts."""
    endpoints = list(Endpoint.objects.filter(business__in=alerts).on().select_related("business"))
    if not endpoints:
        return
    kind, listening = f"alert.{change}", {endpoint.business for endpoint in endpoints}
    told = {business: [(alert, of_alert(alert)) for alert in alerts[business]] for business in listening}
    queue(
        [
            draft(endpoint=endpoint, kind=kind, subject=alert.subject, data=data, at=at)
            for endpoint in endpoints
            for alert, data in told[endpoint.business]
            if alert.kind in endpoint.kind_list
        ]
    )
