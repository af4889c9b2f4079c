"""What an event says. Programs rely on it: names are added, never changed."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from accounts.models import Business
from alerts.models import Alert


def event(*, event_id: str, kind: str, business: Business, data: dict[str, Any], at: datetime) -> dict[str, Any]:
    """`id` is the same at every attempt; `type` says what `data` holds."""
    return {
        "id": event_id,
        "type": kind,
        "created_at": moment(at),
        "business": {"id": business.pk, "name": business.name},
        "data": data,
    }


def of_alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.pk,
        "kind": alert.kind,
        "state": alert.state,
        "subject": alert.subject,
        "message": alert.message,
        "url": f"{settings.SITE_URL}{alert.url}" if alert.url else "",
        "raised_at": moment(alert.raised_at),
        "resolved_at": moment(alert.resolved_at) if alert.resolved_at else None,
        "note": alert.note,
    }


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, as the API writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
