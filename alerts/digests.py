"""The summary of a business to each of its people: written once, at their hour, and only if there is something to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Business, Member
from alerts.digest_times import Due, get_due, latest_slot, preference_of
from alerts.models import Alert, AlertPreference, Channel, DigestPreference, DigestRun, Rhythm
from alerts.queries import channel_for, get_kinds
from alerts.sections import Line, Section, Span, get_sections
from alerts.unsubscribe import DIGEST, unsubscribe_url
from common.db import unit_of_work
from mail.outbox import queue_email

MOST_ALERTS = 20
MOST_LOOKED_AT = 500
MOST_SAID = 4
TOLD = (Channel.AT_ONCE, Channel.DIGEST)


@dataclass(frozen=True)
class Digest:
    """A summary as one member reads it."""

    member: Member
    span: Span
    sections: Sequence[Section]

    @property
    def headline(self) -> str:
        """Its subject: the first few sections, so that it can be read on a phone."""
        said = [section.headline for section in self.sections if section.headline]
        more = " and more" if len(said) > MOST_SAID else ""
        return ", ".join(said[:MOST_SAID]) + more if said else "nothing needs you"

    @property
    def context(self) -> dict[str, Any]:
        business = self.span.business
        return {"digest": self, "business": business, "member": self.member, "span": self.span}


@unit_of_work()
def write_due(*, business: Business, at: datetime) -> int:
    """Write to the outbox what is due in a business now; how many messages. A second caller finds each claimed."""
    claimed = [due for due in get_due(business=business, at=at) if _claim(due)]
    if not claimed:
        return 0
    writer = _Writer(business)
    sent = [due for due in claimed if _write(writer.digest(due), due, at)]
    return len(sent)


def preview(*, member: Member, at: datetime) -> Digest:
    """What a member's summary would say if it went now."""
    weekly = preference_of(member).rhythm == Rhythm.WEEKLY
    return _Writer(member.business).of(member, Span(member.business, member.business.local_day(at), weekly))


@unit_of_work()
def choose_digest(*, member: Member, values: Mapping[str, Any], at: datetime) -> DigestPreference:
    """Keep when a member wants the summary. The first one comes at the next such hour, not for the one just passed."""
    chosen, _ = DigestPreference.objects.update_or_create(member=member, defaults=dict(values))
    member.digest = chosen
    if slot := latest_slot(member, at):
        DigestRun.objects.get_or_create(member=member, rhythm=slot.rhythm, run_on=slot.run_on)
    return chosen


def _claim(due: Due) -> bool:
    try:
        with transaction.atomic():
            DigestRun.objects.create(member=due.member, rhythm=due.rhythm, run_on=due.run_on)
    except IntegrityError:  # another beat was first
        return False
    return True


def _write(digest: Digest, due: Due, at: datetime) -> bool:
    if not digest.sections and not preference_of(due.member).even_if_empty:
        return False
    member = due.member
    url = unsubscribe_url(member=member, kinds=[DIGEST])
    queue_email(
        kind="digest", to=member.user.email, context=digest.context, at=at,
        business_id=member.business_id, user_id=member.user_id, unsubscribe_url=url,
    )  # fmt: skip
    DigestRun.objects.filter(member=member, rhythm=due.rhythm, run_on=due.run_on).update(was_sent=True)
    return True


class _Writer:
    """Asks for the sections of a business once for all its people, and for each leaves out what they do not want to hear of."""

    def __init__(self, business: Business) -> None:
        self.business = business
        self.kinds = get_kinds(business=business)
        rows = AlertPreference.objects.filter(member__business=business)
        self.chosen = {(row.member_id, row.kind): row.channel for row in rows}
        self.known: dict[Span, list[Section]] = {}
        self.others: dict[Span, list[Alert]] = {}

    def digest(self, due: Due) -> Digest:
        return self.of(due.member, Span(self.business, due.today, is_weekly=due.rhythm is Rhythm.WEEKLY))

    def of(self, member: Member, span: Span) -> Digest:
        if span not in self.known:
            self.known[span] = get_sections(span)
            self.others[span] = _open_of_others(self.business, self.known[span])
        heard = {kind.value for kind in self.kinds if channel_for(member, self.chosen, kind) in TOLD}
        may_know = [section for section in self.known[span] if member.may(section.needs)]
        sections = [section.as_told(member) for section in may_know if not section.kinds or section.kinds & heard]
        rest = [alert for alert in self.others[span] if alert.kind in heard]
        return Digest(member, span, [*sections, *_of_alerts(rest)])


def _open_of_others(business: Business, sections: Sequence[Section]) -> list[Alert]:
    """What is open and no section tells of, the newest first."""
    said = [kind for section in sections for kind in section.kinds]
    rows = Alert.objects.for_business(business).open().exclude(kind__in=said)
    return list(rows.order_by("-raised_at", "-id")[:MOST_LOOKED_AT])


def _of_alerts(alerts: Sequence[Alert]) -> list[Section]:
    if not alerts:
        return []
    lines = [Line(alert.subject, alert.message or alert.get_kind_display(), alert.url) for alert in alerts[:MOST_ALERTS]]
    if hidden := len(alerts) - len(lines):
        lines.append(Line(f"And {hidden} more", "See them all.", reverse("alerts")))
    return [Section("Open alerts", lines, f"{len(alerts)} open alert{'s' if len(alerts) > 1 else ''}")]
