"""The message that tells one person of alerts."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Business, Member
from alerts.models import Alert
from alerts.unsubscribe import unsubscribe_url
from alerts.words import entries, headline
from mail.models import OutboxMessage
from mail.outbox import write_email


def write_alerts(
    *,
    member: Member,
    business: Business,
    alerts: Sequence[Alert],
    at: datetime,
    not_before: datetime | None = None,
    nobody_looked: bool = False,
) -> OutboxMessage:
    """One email of all of them, with a link that ends these kinds; the caller posts it."""
    said = headline(alerts, business)
    return write_email(
        kind="alerts",
        to=member.user.email,
        context={
            "alerts": alerts,
            "entries": entries(alerts),
            "headline": f"Nobody has looked for a day: {said}" if nobody_looked else said,
            "business": business,
            "member": member,
            "nobody_looked": nobody_looked,
        },
        at=at,
        business_id=business.pk,
        user_id=member.user_id,
        unsubscribe_url=unsubscribe_url(member=member, kinds=[alert.kind for alert in alerts]),
        not_before=not_before,
    )
