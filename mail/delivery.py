"""Sends what the outbox holds. A sweep of due rows is the only retry."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from common.db import unit_of_work
from common.retries import Fate, Verdict
from mail.handover import Answer, Parcel, hand_over
from mail.models import Attachment, HourlyAllowance, OutboxMessage, Suppression, SuppressionReason, same_address
from mail.verdicts import judge

logger = logging.getLogger(__name__)

AN_HOUR = timedelta(hours=1)
MESSAGE_ARGUMENT, SITE_ARGUMENT = "tillbook_message", "tillbook_site"  # come back with every event of the message
SECURITY = {"security", "new_sign_in", "key_use"}  # sent whatever is known of the address: its owner must know now
NEVER_HELD = SECURITY | {"invitation"}  # outside a business's hourly allowance


def send(*, message: OutboxMessage, at: datetime) -> bool:
    """Send one message if it is due and nobody else has it. False when it was not ours or did not go."""
    return send_all(ids=[message.pk], clock=lambda: at) == 1


def send_all(*, ids: Sequence[int], clock: Callable[[], datetime]) -> int:
    """Send those of the messages that are due and that nobody else has, several at once. How many went."""
    ready = _claim(ids, clock())
    if not ready:
        return 0
    at_once = min(settings.MAIL_AT_ONCE, len(ready))
    return sum(_write_down(answers, clock()) for answers in hand_over(_parcels(ready, clock), at_once=at_once))


def compose(message: OutboxMessage, enclosed: Iterable[Attachment]) -> EmailMultiAlternatives:
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
    for each in enclosed:
        email.attach(each.name, each.decoded, each.content_type)
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


@unit_of_work()
def _claim(ids: Sequence[int], at: datetime) -> list[OutboxMessage]:
    """What may go now; the rest of what was claimed is given up or held."""
    claimed = OutboxMessage.objects.claim(ids, at=at)
    return _within_the_hour(_not_suppressed(claimed, at), at) if claimed else []


def _not_suppressed(messages: Sequence[OutboxMessage], at: datetime) -> list[OutboxMessage]:
    addresses = {same_address(message.to) for message in messages if message.kind not in SECURITY}
    known = {found.address: found for found in Suppression.objects.active().filter(address__in=addresses)}
    free = []
    for message in messages:
        found = None if message.kind in SECURITY else known.get(same_address(message.to))
        if found:
            message.give_up(f"Not sent: {found.get_reason_display().lower()}.", at=at)
        else:
            free.append(message)
    return free


def _within_the_hour(messages: Sequence[OutboxMessage], at: datetime) -> list[OutboxMessage]:
    shops = [_counted_for(message) for message in messages]
    wanted = Counter(shop for shop in shops if shop is not None)
    left = HourlyAllowance.objects.take_all(wanted=wanted, hour=_hour(at), most=settings.MAIL_PER_BUSINESS_AND_HOUR)
    free = []
    for message, shop in zip(messages, shops, strict=True):
        if shop is None:
            free.append(message)
        elif left[shop]:
            left[shop] -= 1
            free.append(message)
        else:
            _hold(message, at)
    return free


def _counted_for(message: OutboxMessage) -> int | None:
    return None if message.kind in NEVER_HELD else message.business_id


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _hold(message: OutboxMessage, at: datetime) -> None:
    """Back into the queue until the next hour; the attempt does not count."""
    said = f"Waits: the business has sent {settings.MAIL_PER_BUSINESS_AND_HOUR} messages this hour."
    message.postpone(Verdict(Fate.RETRY, said, wait=_hour(at) + AN_HOUR - at, counts=False), at=at)


def _parcels(messages: Sequence[OutboxMessage], clock: Callable[[], datetime]) -> Iterator[Parcel]:
    """One after another as there is room. What could be answered only after its lease goes back untouched."""
    service, patience = get_connection(), timedelta(seconds=settings.SENDGRID_PATIENCE)
    heavy = set(Attachment.objects.filter(message__in=messages).order_by().values_list("message_id", flat=True))
    for message in messages:
        if clock() + patience > message.claimed_until:
            message.put_back(at=clock())
            continue
        email = compose(message, Attachment.objects.filter(message=message) if message.pk in heavy else ())
        email.connection = service
        yield Parcel(message, email)


@unit_of_work()
def _write_down(answers: Sequence[Answer], at: datetime) -> int:
    """Keep what became of messages; how many went."""
    gone = [answer.parcel for answer in answers if answer.error is None]
    for answer in answers:
        if answer.error is not None:
            _answer(answer.parcel.message, judge(answer.error, at=at), at)
    if gone:
        _sent(gone, at)
    return len(gone)


def _answer(message: OutboxMessage, verdict: Verdict, at: datetime) -> None:
    if verdict.fate is Fate.RETRY:
        message.postpone(verdict, at=at)
        return
    if verdict.fate is Fate.SUPPRESS:
        Suppression.objects.learn(address=message.to, reason=SuppressionReason.INVALID, detail=verdict.words, at=at)
    message.give_up(verdict.words, at=at)


def _sent(parcels: Sequence[Parcel], at: datetime) -> None:
    """All at once, each with the mail service's own number where it gave one."""
    for parcel in parcels:
        parcel.message.provider_id = str(parcel.email.extra_headers.get("message_id", ""))[:100]
    messages = [parcel.message for parcel in parcels]
    if numbered := [message for message in messages if message.provider_id]:
        OutboxMessage.objects.bulk_update(numbered, ["provider_id"])
    gone = OutboxMessage.objects.filter(pk__in=[message.pk for message in messages])
    gone.update(sent_at=at, gave_up_at=None, last_error="")
