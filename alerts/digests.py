"""The summary of a business to each of its people: written once, at their hour, and only if there is something to say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Business, Member
from alerts.digest_times import Due, get_due, latest_slot, preference_of
from alerts.models import Alert, AlertPreference, Channel, DigestPreference, DigestRun, Rhythm
from alerts.queries import channel_for, get_kinds
from alerts.sections import Line, Section, Span, get_sections
from alerts.unsubscribe import DIGEST, unsubscribe_url
from common.db import BATCH, unit_of_work
from mail.models import OutboxMessage
from mail.outbox import post, write_email

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
        more = f" and {len(said) - MOST_SAID} more" if len(said) > MOST_SAID else ""
        return ", ".join(said[:MOST_SAID]) + more if said else "nothing needs you"

    @property
    def context(self) -> dict[str, Any]:
        business = self.span.business
        return {"digest": self, "business": business, "member": self.member, "span": self.span}


@unit_of_work()
def write_due(*, businesses: Sequence[Business], at: datetime) -> int:
    """Write to the outbox what is due in businesses now, all in one transaction; how many messages.

    A second caller finds each claimed. Claims and messages take as many statements as those of one person.
    """
    claimed = _claim(get_due(businesses=businesses, at=at))
    letters = [(due, letter) for digest, due in _digests(claimed) if (letter := _write(digest, due, at))]
    post([letter for _, letter in letters])
    _note_sent([due for due, _ in letters])
    return len(letters)


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


def _claim(due: Sequence[Due]) -> list[Due]:
    try:
        with transaction.atomic():
            DigestRun.objects.bulk_create([_run(one) for one in due], batch_size=BATCH)
    except IntegrityError:  # another beat is at one of them
        return [one for one in due if _claim_one(one)]
    return list(due)


def _claim_one(due: Due) -> bool:
    try:
        with transaction.atomic():
            _run(due).save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _run(due: Due) -> DigestRun:
    return DigestRun(member=due.member, rhythm=due.rhythm, run_on=due.run_on)


def _digests(claimed: Sequence[Due]) -> Iterator[tuple[Digest, Due]]:
    """Business by business, so that only one business's figures are held at a time."""
    for business, due in groupby(claimed, key=lambda one: one.member.business):
        writer = _Writer(business)
        for one in due:
            yield writer.digest(one), one


def _write(digest: Digest, due: Due, at: datetime) -> OutboxMessage | None:
    if not digest.sections and not preference_of(due.member).even_if_empty:
        return None
    member = due.member
    url = unsubscribe_url(member=member, kinds=[DIGEST])
    return write_email(
        kind="digest", to=member.user.email, context=digest.context, at=at,
        business_id=member.business_id, user_id=member.user_id, unsubscribe_url=url,
    )  # fmt: skip


def _note_sent(sent: Sequence[Due]) -> None:
    alike: dict[tuple[Rhythm, date], list[Member]] = {}
    for due in sent:
        alike.setdefault((due.rhythm, due.run_on), []).append(due.member)
    for (rhythm, run_on), members in alike.items():
        DigestRun.objects.filter(member__in=members, rhythm=rhythm, run_on=run_on).update(was_sent=True)


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
