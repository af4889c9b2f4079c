"""Sends what the outbox holds. A sweep of due rows is the only retry."""

import random
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from mail.models import LEASE, MOST_ATTEMPTS, OutboxMessage

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


def send(*, message: OutboxMessage, at: datetime) -> bool:
    """Send one message if it is due and nobody else has it. False when it was not ours or did not go."""
    if not message.claim(at=at):
        return False
    try:
        _email(message).send()
    except Exception as error:  # noqa: BLE001  (whatever the transport raises, the row stays and is tried again)
        _postpone(message, error, at)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(sent_at=at, last_error="")
    return True


def try_again(*, message: OutboxMessage, at: datetime) -> bool:
    """Make an unsent message due now, with all its attempts ahead of it. False when it was sent or is being sent."""
    unsent = OutboxMessage.objects.filter(pk=message.pk, sent_at=None, claimed_until__lte=at)
    return unsent.update(due_at=at, claimed_until=at, attempts=0, gave_up_at=None) == 1


def due_ids(*, at: datetime, limit: int) -> list[int]:
    return list(OutboxMessage.objects.due(at=at).order_by("due_at").values_list("pk", flat=True)[:limit])


def files_only() -> bool:
    """Whether mail goes to files under VAR_DIR instead of to people."""
    return not settings.SENDGRID_API_KEY


def back_off(attempts: int) -> timedelta:
    """Doubles from half a minute to six hours, with up to a fifth of jitter."""
    wait: timedelta = min(FIRST_WAIT * 2**attempts, LONGEST_WAIT)
    return wait * random.uniform(1, 1.2)  # noqa: S311  (jitter, not a secret)


def _email(message: OutboxMessage) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.to])
    email.extra_headers["X-Tillbook-Message"] = str(message.pk)
    if message.html:
        email.attach_alternative(message.html, "text/html")
    return email


def _postpone(message: OutboxMessage, error: Exception, at: datetime) -> None:
    """Back into the queue, unless the lease ran out meanwhile and another worker has the message."""
    row = OutboxMessage.objects.filter(pk=message.pk, claimed_until=at + LEASE)
    attempts = row.values_list("attempts", flat=True).first() or 0
    gave_up_at = at if attempts >= MOST_ATTEMPTS else None
    row.update(due_at=at + back_off(attempts), claimed_until=at, last_error=repr(error)[:255], gave_up_at=gave_up_at)
