from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from common.db import batched, create_all, unit_of_work
from mail import tasks
from mail.models import Attachment, OutboxMessage


@dataclass(frozen=True)
class Enclosure:
    """A file to go with a message."""

    name: str
    content_type: str
    content: bytes


class Options(TypedDict, total=False):
    """Whose message it is, and how it goes.

    `unsubscribe_url` ends mail of its kind with one POST (RFC 8058); the templates know it too. Nothing is sent before
    `not_before`. An answer goes to `reply_to`.
    """

    business_id: int | None
    user_id: int | None
    unsubscribe_url: str
    reply_to: str
    not_before: datetime | None


def queue_email(
    *,
    kind: str,
    to: str,
    context: Mapping[str, Any],
    at: datetime,
    enclosures: Sequence[Enclosure] = (),
    **options: Unpack[Options],
) -> OutboxMessage:
    """Write `emails/<kind>/{subject.txt,body.txt,body.html}` to the outbox, in the caller's transaction.

    It is sent right after the commit, and by the sweep if that fails.
    """
    message = write_email(kind=kind, to=to, context=context, at=at, **options)
    post([message])
    _enclose(message, enclosures)
    return message


def queue_rendered(
    *, kind: str, to: str, subject: str, text: str, html: str = "", at: datetime, **options: Unpack[Options]
) -> OutboxMessage:
    message = _rendered(kind, to, (subject, text, html), at, options)
    post([message])
    return message


def write_email(*, kind: str, to: str, context: Mapping[str, Any], at: datetime, **options: Unpack[Options]) -> OutboxMessage:
    """The message that `queue_email` would queue; nothing of it is kept before it is posted."""
    shown = {"site_url": settings.SITE_URL, "unsubscribe_url": options.get("unsubscribe_url", ""), **context}
    subject, text, html = (render_to_string(f"emails/{kind}/{part}", shown) for part in ("subject.txt", "body.txt", "body.html"))
    return _rendered(kind, to, (subject, text, html), at, options)


@unit_of_work()
def post(messages: Sequence[OutboxMessage]) -> None:
    """Put messages into the outbox at once, in the caller's transaction. They are sent together right after its commit."""
    for part in batched(create_all(OutboxMessage, messages), tasks.AT_A_TIME):
        _deliver_after_commit([message.pk for message in part])


def _rendered(kind: str, to: str, words: tuple[str, str, str], at: datetime, options: Options) -> OutboxMessage:
    subject, text, html = words
    return OutboxMessage(
        business_id=options.get("business_id"),
        user_id=options.get("user_id"),
        kind=kind,
        to=to,
        reply_to=options.get("reply_to", ""),
        subject=" ".join(subject.split())[:255],
        text=text.strip() + "\n",
        html=html,
        unsubscribe_url=options.get("unsubscribe_url", ""),
        created_at=at,
        due_at=options.get("not_before") or at,
        claimed_until=at,
    )


def _deliver_after_commit(ids: list[int]) -> None:
    transaction.on_commit(lambda: tasks.deliver_all.delay(message_ids=ids), robust=True)


def _enclose(message: OutboxMessage, enclosures: Sequence[Enclosure]) -> None:
    for each in enclosures:
        content = b64encode(each.content).decode()
        Attachment.objects.create(message=message, name=each.name, content_type=each.content_type, content=content)
