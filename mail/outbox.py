from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from mail import tasks
from mail.models import Attachment, OutboxMessage


@dataclass(frozen=True)
class Enclosure:
    """A file to go with a message."""

    name: str
    content_type: str
    content: bytes


def queue_email(
    *,
    kind: str,
    to: str,
    context: Mapping[str, Any],
    at: datetime,
    business_id: int | None = None,
    user_id: int | None = None,
    unsubscribe_url: str = "",
    reply_to: str = "",
    enclosures: Sequence[Enclosure] = (),
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Write `emails/<kind>/{subject.txt,body.txt,body.html}` to the outbox, in the caller's transaction.

    It is sent right after the commit, and by the sweep if that fails. `unsubscribe_url` ends mail of its kind with one POST
    (RFC 8058); the templates know it too. Nothing is sent before `not_before`. An answer goes to `reply_to`.
    """
    context = {"site_url": settings.SITE_URL, "unsubscribe_url": unsubscribe_url, **context}
    message = queue_rendered(
        kind=kind,
        to=to,
        subject=render_to_string(f"emails/{kind}/subject.txt", context),
        text=render_to_string(f"emails/{kind}/body.txt", context),
        html=render_to_string(f"emails/{kind}/body.html", context),
        at=at,
        business_id=business_id,
        user_id=user_id,
        unsubscribe_url=unsubscribe_url,
        enclosures=enclosures,
    )
    if not_before or reply_to:
        message.due_at, message.reply_to = not_before or at, reply_to
        message.save(update_fields=["due_at", "reply_to"])
    return message


def queue_rendered(
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    at: datetime,
    business_id: int | None = None,
    user_id: int | None = None,
    unsubscribe_url: str = "",
    enclosures: Sequence[Enclosure] = (),
) -> OutboxMessage:
    message = OutboxMessage.objects.create(
        business_id=business_id,
        user_id=user_id,
        kind=kind,
        to=to,
        subject=" ".join(subject.split())[:255],
        text=text.strip() + "\n",
        html=html,
        unsubscribe_url=unsubscribe_url,
        created_at=at,
        due_at=at,
        claimed_until=at,
    )
    for each in enclosures:
        content = b64encode(each.content).decode()
        Attachment.objects.create(message=message, name=each.name, content_type=each.content_type, content=content)
    transaction.on_commit(lambda: tasks.deliver.delay(message_id=message.pk), robust=True)
    return message
