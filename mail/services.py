"""What SendGrid tells of messages: each event counted once, in whatever order they come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from common.db import BATCH, unit_of_work
from mail.delivery import MESSAGE_ARGUMENT, SITE_ARGUMENT
from mail.models import EventKind, MailEvent, OutboxMessage, Outcome, Suppression, SuppressionReason, same_address

KEPT = timedelta(days=90)
LATEST = 2**33  # seconds; a moment beyond it is none
DROPPED_FOR = {
    "Bounced Address": SuppressionReason.BOUNCED,
    "Invalid": SuppressionReason.INVALID,
    "Spam Reporting Address": SuppressionReason.COMPLAINED,
    "Unsubscribed Address": SuppressionReason.UNSUBSCRIBED,
}
SAID = {
    EventKind.SPAM_REPORT: SuppressionReason.COMPLAINED,
    EventKind.UNSUBSCRIBE: SuppressionReason.UNSUBSCRIBED,
    EventKind.GROUP_UNSUBSCRIBE: SuppressionReason.UNSUBSCRIBED,
}


@dataclass(frozen=True)
class Told:
    """One event about a message of ours, with the shape we rely on."""

    event_id: str
    kind: EventKind
    address: str
    message_id: int
    provider_id: str
    reason: str
    is_blocked: bool
    happened_at: datetime

    @classmethod
    def read(cls, raw: Any) -> Self | None:
        """None for what is no event, of no kind that we know, or of a message that another installation sent."""
        if not isinstance(raw, Mapping) or raw.get(SITE_ARGUMENT) != settings.SITE_URL:
            return None
        if raw.get("event") not in EventKind.values:
            return None
        said: list[Any] = [raw.get(name) for name in ("sg_event_id", "email", MESSAGE_ARGUMENT, "timestamp")]
        event_id, address, number, moment = said
        if not (_is_text(event_id, 100) and _is_text(address, 254) and _is_number(number) and _is_moment(moment)):
            return None
        return cls(
            event_id=event_id,
            kind=EventKind(raw["event"]),
            address=same_address(address),
            message_id=int(number),
            provider_id=_clean(raw.get("sg_message_id"))[:100],
            reason=_clean(raw.get("reason") or raw.get("response") or raw.get("status"))[:255],
            is_blocked=raw.get("type") == "blocked",
            happened_at=datetime.fromtimestamp(moment, tz=UTC),
        )

    @property
    def suppression(self) -> SuppressionReason | None:
        """Why the address must not be written to again, if so. A blocked message says nothing of the address."""
        if self.kind is EventKind.BOUNCE:
            return None if self.is_blocked else SuppressionReason.BOUNCED
        return DROPPED_FOR.get(self.reason) if self.kind is EventKind.DROPPED else SAID.get(self.kind)


@unit_of_work()
def record_events(*, told: Iterable[Any], at: datetime) -> int:
    """Keep each event of ours that is new, and what follows from it. How many were new."""
    events = {event.event_id: event for raw in told if (event := Told.read(raw))}
    known = set(MailEvent.objects.filter(event_id__in=list(events)).values_list("event_id", flat=True))
    fresh = _of_our_messages([events[key] for key in sorted(events.keys() - known)])  # in one order: two callers do not lock
    new = _keep(fresh, at)
    _settle(new)
    for event in new:
        if event.suppression:
            reason, detail, since = event.suppression, event.reason, event.happened_at
            Suppression.objects.learn(address=event.address, reason=reason, detail=detail, at=since)
    return len(new)


@unit_of_work()
def forget_old_events(*, at: datetime) -> int:
    return MailEvent.objects.filter(received_at__lt=at - KEPT).delete()[0]


def _of_our_messages(events: Sequence[Told]) -> list[Told]:
    rows = OutboxMessage.objects.filter(pk__in={event.message_id for event in events})
    sent_to = {pk: same_address(to) for pk, to in rows.values_list("pk", "to")}
    return [event for event in events if sent_to.get(event.message_id) == event.address]


def _keep(events: Sequence[Told], at: datetime) -> list[Told]:
    try:
        with transaction.atomic():
            MailEvent.objects.bulk_create([_row(event, at) for event in events], batch_size=BATCH)
    except IntegrityError:  # one of them is being told to another process at this moment
        return [event for event in events if _keep_one(event, at)]
    return list(events)


def _keep_one(event: Told, at: datetime) -> bool:
    try:
        with transaction.atomic():
            _row(event, at).save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _row(event: Told, at: datetime) -> MailEvent:
    return MailEvent(
        event_id=event.event_id,
        message_id=event.message_id,
        kind=event.kind,
        address=event.address,
        detail=event.reason,
        happened_at=event.happened_at,
        received_at=at,
    )


def _settle(events: Sequence[Told]) -> None:
    """Whatever is told of a message, SendGrid had taken it: it must not go again, whatever became of the worker that sent it."""
    unsent = set(OutboxMessage.objects.filter(pk__in=_messages(events), sent_at=None).values_list("pk", flat=True))
    for event in events:
        if event.message_id in unsent:
            row = OutboxMessage.objects.filter(pk=event.message_id, sent_at=None)
            row.update(sent_at=event.happened_at, gave_up_at=None, last_error="", provider_id=event.provider_id)
    alike: dict[tuple[Outcome, datetime], list[Told]] = {}
    for event in events:
        alike.setdefault((event.kind.outcome, event.happened_at), []).append(event)
    for (outcome, moment), told in sorted(alike.items()):
        rows = OutboxMessage.objects.filter(pk__in=_messages(told))
        rows.filter(Q(outcome=None) | Q(outcome__lt=outcome)).update(outcome=outcome, outcome_at=moment)


def _messages(events: Sequence[Told]) -> list[int]:
    return sorted({event.message_id for event in events})


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18


def _is_moment(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= LATEST


def _clean(value: Any) -> str:
    return value.encode(errors="replace").decode().replace("\0", "") if isinstance(value, str) else ""
