"""Whether events come from SendGrid: its signature over the moment and the very bytes that it sent."""

import binascii
from datetime import UTC, datetime, timedelta

from django.conf import settings
from sendgrid.helpers.eventwebhook import EventWebhook

WINDOW = timedelta(minutes=10)  # each way, for clocks that differ and lines that are slow


def is_genuine(*, body: bytes, signature: str, timestamp: str, at: datetime) -> bool:
    """Signed with the configured key, now. Without a key nothing is."""
    if not settings.SENDGRID_WEBHOOK_KEY or not _is_now(timestamp, at):
        return False
    try:
        return bool(EventWebhook(settings.SENDGRID_WEBHOOK_KEY).verify_signature(body.decode(), signature, timestamp))
    except (binascii.Error, ValueError):  # no base64, no UTF-8
        return False


def _is_now(timestamp: str, at: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10):
        return False
    return abs(datetime.fromtimestamp(int(timestamp), tz=UTC) - at) <= WINDOW
