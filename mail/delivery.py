"""Sends what the outbox holds. A sweep of due rows is the only retry."""

import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from common.retries import Fate, Verdict
from mail.models import Attachment, HourlyAllowance, OutboxMessage, Suppression, SuppressionReason
from mail.verdicts import judge

logger = logging.getLogger(__name__)

AN_HOUR = timedelta(hours=1)
MESSAGE_ARGUMENT, SITE_ARGUMENT = "tillbook_message", "tillbook_site"  # come back with every event of the message
SECURITY = {"security", "new_sign_in", "key_use"}  # sent whatever is known of the address: its owner must know now
NEVER_HELD = SECURITY | {"invitation"}  # outside a business's hourly allowance


def send(*, message: OutboxMessage, at: datetime) -> bool:
    """Send one message if it is due and nobody else has it. False when it was not ours or did not go."""
    if not message.claim(at=at):
        return False
    if (refusal := _suppressed(message)) is not None:
        message.give_up(refusal, at=at)
        return False
    if not _allowed(message, at):
        _hold(message, at)
        return False
    email = compose(message)
    try:
        email.send()
    except Exception as error:  # noqa: BLE001  (whatever the transport raises, the row stays and is judged)
        _answer(message, judge(error, at=at), at)
        return False
    _sent(message, email, at)
    return True


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The message as Django's mail interface takes it. Its custom arguments come back with each event and settle its fate."""
    email = EmailMultiAlternatives(message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.to])
    if message.reply_to:
        email.reply_to = [message.reply_to]
    email.extra_headers["X-Tillbook-Message"] = str(message.pk)
    if message.unsubscribe_url:
        email.extra_headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        email.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for enclosed in Attachment.objects.filter(message=message):
        email.attach(enclosed.name, enclosed.decoded, enclosed.content_type)
    provider: Any = email  # SendGrid's backend reads these; others pass them by
    provider.categories = ["tillbook", message.kind]
    provider.custom_args = {MESSAGE_ARGUMENT: str(message.pk), SITE_ARGUMENT: settings.SITE_URL}
    return email


def offer_due(*, at: datetime, limit: int) -> list[int]:
    """What the queue should deliver now; what kills its workers is buried on the way."""
    OutboxMessage.objects.bury(at=at)
    return OutboxMessage.objects.offer(at=at, limit=limit)


def clear_at_provider(*, address: str) -> None:
    """Take an address off SendGrid's own lists, which drop mail without asking us. One that it is not on is no fault."""
    client: Any = SendGridAPIClient(settings.SENDGRID_API_KEY, settings.SENDGRID_HOST_URL).client
    client.timeout = settings.SENDGRID_PATIENCE
    where = quote(address, safe="@")
    for name in ("bounces", "blocks", "invalid_emails", "spam_reports"):
        _delete(client.suppression._(name)._(where))
    _delete(client.asm.suppressions._("global")._(where))


def _delete(place: Any) -> None:
    try:
        place.delete()
    except HTTPError as error:
        if error.status_code != HTTPStatus.NOT_FOUND:
            logger.warning("SendGrid keeps an address on a list of its own: %s", error)


def files_only() -> bool:
    """Whether mail goes to files under VAR_DIR instead of to people."""
    return not settings.SENDGRID_API_KEY


def _suppressed(message: OutboxMessage) -> str | None:
    if message.kind in SECURITY:
        return None
    found = Suppression.objects.active().of(message.to).first()
    return f"Not sent: {found.get_reason_display().lower()}." if found else None


def _allowed(message: OutboxMessage, at: datetime) -> bool:
    if message.business_id is None or message.kind in NEVER_HELD:
        return True
    most = settings.MAIL_PER_BUSINESS_AND_HOUR
    return HourlyAllowance.objects.take(business_id=message.business_id, hour=_hour(at), most=most)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _hold(message: OutboxMessage, at: datetime) -> None:
    """Back into the queue until the next hour; the attempt does not count."""
    said = f"Waits: the business has sent {settings.MAIL_PER_BUSINESS_AND_HOUR} messages this hour."
    message.postpone(Verdict(Fate.RETRY, said, wait=_hour(at) + AN_HOUR - at, counts=False), at=at)


def _answer(message: OutboxMessage, verdict: Verdict, at: datetime) -> None:
    if verdict.fate is Fate.RETRY:
        message.postpone(verdict, at=at)
        return
    if verdict.fate is Fate.SUPPRESS:
        Suppression.objects.learn(address=message.to, reason=SuppressionReason.INVALID, detail=verdict.words, at=at)
    message.give_up(verdict.words, at=at)


def _sent(message: OutboxMessage, email: EmailMultiAlternatives, at: datetime) -> None:
    known = str(email.extra_headers.get("message_id", ""))[:100]
    OutboxMessage.objects.filter(pk=message.pk).update(sent_at=at, gave_up_at=None, last_error="", provider_id=known)
