from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat

from accounts.models import Business, Member
from accounts.permissions import Action
from alerts.digest_times import quiet_end
from alerts.hearers import Change, tell_hearers
from alerts.letters import write_alerts
from alerts.models import Alert, AlertKind, AlertPreference, AlertState, Channel, DigestPreference
from alerts.queries import PATIENT, channel_for
from alerts.unsubscribe import DIGEST
from common.db import create_all, unit_of_work
from common.errors import DomainError, InvalidInput
from mail.outbox import post


class AlreadyResolved(DomainError):
    code = "already_resolved"


class NotInTheFuture(InvalidInput):
    code = "invalid"
    field = "until"


@dataclass(frozen=True)
class Finding:
    """What a rule found. `subject_key` is the same each time the same thing is found."""

    kind: AlertKind
    subject_key: str
    subject: str
    message: str = ""
    url: str = ""
    is_urgent: bool = False  # told at once to who would hear of the kind in the summary, unless they chose that themselves

    @property
    def slot(self) -> str:
        return f"{self.kind}:{self.subject_key}"


@unit_of_work()
def raise_alerts(*, business: Business, findings: Sequence[Finding], at: datetime, tell: bool = True) -> list[Alert]:
    """Open an alert for each finding that has none unresolved, and tell people of the new ones in one email each."""
    return raise_everywhere(findings={business: findings}, at=at, tell=tell)


@unit_of_work()
def raise_everywhere(*, findings: Mapping[Business, Sequence[Finding]], at: datetime, tell: bool = True) -> list[Alert]:
    """The same for several businesses, in as many statements as for one."""
    by_slot = {(business, finding.slot): finding for business, some in findings.items() for finding in some}
    if not by_slot:
        return []
    known = _known(by_slot)
    fresh = [(business, found) for (business, slot), found in by_slot.items() if (business.pk, slot) not in known]
    opened = _open_all(fresh, at) if fresh else []
    if opened:
        tell_hearers(Change.OPENED, _by_business(opened), at)
    if opened and tell:
        _tell(opened, at, urgent={(business.pk, found.slot) for business, found in fresh if found.is_urgent})
    return opened


@unit_of_work()
def reword(*, business: Business, finding: Finding) -> bool:
    """Give an unresolved alert the words that hold by now, or return False where there is none. Nobody is told again."""
    mine = Alert.objects.for_business(business).unresolved().filter(slot=finding.slot)
    return bool(mine.update(subject=finding.subject[:255], message=finding.message[:500], url=finding.url))


@unit_of_work()
def recover(*, business: Business, kind: AlertKind, subject_keys: Sequence[str], at: datetime) -> int:
    """Resolve what has mended itself, so that the next time is told again."""
    slots = [f"{kind}:{key}" for key in subject_keys]
    alerts = Alert.objects.for_business(business).unresolved().filter(slot__in=slots)
    mark = uuid4().hex
    freed = Concat("slot", Value(f":{mark}"), output_field=CharField())
    count = alerts.update(state=AlertState.RESOLVED, resolved_at=at, slot=freed, snoozed_until=None)
    if count:
        mended = Alert.objects.for_business(business).filter(slot__in=[f"{slot}:{mark}" for slot in slots])
        tell_hearers(Change.RESOLVED, {business: mended.order_by("pk")}, at)
    return count


@unit_of_work()
def resolve(*, alert: Alert, by: Member, at: datetime, note: str = "") -> Alert:
    by.must(Action.ANSWER_ALERTS)
    if not _close(alert, at, by=by, note=note):
        raise AlreadyResolved("This alert is resolved already.")
    alert.refresh_from_db()
    tell_hearers(Change.RESOLVED, {alert.business: [alert]}, at)
    return alert


@unit_of_work()
def snooze(*, alert: Alert, by: Member, until: datetime, at: datetime) -> Alert:
    """Put an alert aside until a moment; it stays the only one of its subject."""
    by.must(Action.ANSWER_ALERTS)
    if until <= at:
        raise NotInTheFuture("Choose a moment in the future.")
    rows = Alert.objects.unresolved().filter(pk=alert.pk)
    if not rows.update(state=AlertState.SNOOZED, snoozed_until=until):
        raise AlreadyResolved("This alert is resolved already.")
    Alert.objects.filter(pk=alert.pk, seen_at=None).update(seen_at=at)  # whoever puts it aside has looked
    alert.refresh_from_db()
    return alert


def mark_seen(*, alerts: Iterable[Alert], at: datetime) -> None:
    """Somebody who may answer them has these before their eyes; costs nothing where all were seen before."""
    fresh = [alert.pk for alert in alerts if alert.seen_at is None and alert.state == AlertState.OPEN]
    if fresh:
        Alert.objects.filter(pk__in=fresh, seen_at=None).update(seen_at=at)


@unit_of_work()
def wake_snoozed(*, at: datetime) -> int:
    """Open again what was snoozed until now or earlier, and tell of it as if it were new: that is what it was put aside for."""
    over = Alert.objects.filter(state=AlertState.SNOOZED, snoozed_until__lte=at)
    due = list(over.select_related("business").order_by("business_id", "pk"))
    woken = [alert for alert in due if over.filter(pk=alert.pk).update(state=AlertState.OPEN, snoozed_until=None)]
    if woken:
        _tell(woken, at, urgent=())
    return len(woken)


@unit_of_work()
def set_preferences(*, member: Member, channels: Mapping[str, str]) -> None:
    """Keep how a member hears of each kind. Of two saves at once the last one counts, and both succeed."""
    rows = AlertPreference.objects.filter(member=member, kind__in=list(channels))
    known = set(rows.values_list("kind", flat=True))
    _begin([AlertPreference(member=member, kind=kind, channel=channels[kind]) for kind in channels if kind not in known])
    for channel in Channel:
        rows.filter(kind__in=[kind for kind in channels if channels[kind] == channel]).update(channel=channel)


@unit_of_work()
def set_preference(*, member: Member, kind: str, channel: str) -> None:
    AlertPreference.objects.update_or_create(member=member, kind=kind, defaults={"channel": channel})


@unit_of_work()
def stop_email(*, members: Sequence[Member], kinds: Collection[str]) -> None:
    """Tell members of these kinds in Tillbook only, where they hear of them by email; DIGEST ends their summary."""
    _switch(members, set(kinds) - {DIGEST}, Channel.AT_ONCE, Channel.PORTAL)
    if patient := set(kinds) & PATIENT:
        _switch(members, patient, Channel.DIGEST, Channel.DIGEST)  # as if they had chosen it: what is urgent waits as well
    if DIGEST in kinds:
        _switch_digest(members, is_on=False)


@unit_of_work()
def resume_email(*, members: Sequence[Member], kinds: Collection[str]) -> None:
    """Tell members of these kinds by email again, at once, where they hear of them in Tillbook only; DIGEST, the summary."""
    _switch(members, set(kinds) - {DIGEST}, Channel.PORTAL, Channel.AT_ONCE)
    if DIGEST in kinds:
        _switch_digest(members, is_on=True)


def _begin(preferences: Sequence[AlertPreference]) -> None:
    try:
        with transaction.atomic():
            create_all(AlertPreference, preferences)
    except IntegrityError:  # another save was first, with some of them or with all
        for one in preferences:
            AlertPreference.objects.get_or_create(member=one.member, kind=one.kind, defaults={"channel": one.channel})


def _switch_digest(members: Sequence[Member], *, is_on: bool) -> None:
    rows = DigestPreference.objects.filter(member__in=members)
    known = set(rows.values_list("member_id", flat=True))
    rows.update(is_on=is_on)
    try:
        with transaction.atomic():
            create_all(DigestPreference, [DigestPreference(member=who, is_on=is_on) for who in members if who.pk not in known])
    except IntegrityError:  # a second click was first, and chose the same
        return


def _switch(members: Sequence[Member], kinds: set[str], before: Channel, after: Channel) -> None:
    rows = AlertPreference.objects.filter(member__in=members, kind__in=kinds)
    chosen = {(row.member_id, row.kind): row.channel for row in rows}
    rows.filter(channel=before).update(channel=after)
    by_role = [(who, kind) for who in members for kind in sorted(kinds) if (who.pk, kind) not in chosen]
    fresh = [
        AlertPreference(member=who, kind=kind, channel=after) for who, kind in by_role if channel_for(who, {}, kind) == before
    ]
    try:
        with transaction.atomic():
            create_all(AlertPreference, fresh)
    except IntegrityError:  # a second click was first, and chose the same
        return


def _known(by_slot: Collection[tuple[Business, str]]) -> set[tuple[int, str]]:
    rows = Alert.objects.filter(business__in={business for business, _ in by_slot}, slot__in={slot for _, slot in by_slot})
    return set(rows.order_by().values_list("business_id", "slot"))


def _open_all(findings: Sequence[tuple[Business, Finding]], at: datetime) -> list[Alert]:
    try:
        with transaction.atomic():
            return create_all(Alert, [_alert(business, finding, at) for business, finding in findings])
    except IntegrityError:  # another process found one of them at the same moment
        return [alert for business, finding in findings if (alert := _open(business, finding, at))]


def _open(business: Business, finding: Finding, at: datetime) -> Alert | None:
    alert = _alert(business, finding, at)
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
    except IntegrityError:  # the other process tells of it
        return None
    return alert


def _by_business(alerts: Sequence[Alert]) -> dict[Business, list[Alert]]:
    found: dict[Business, list[Alert]] = {}
    for alert in alerts:
        found.setdefault(alert.business, []).append(alert)
    return found


def _alert(business: Business, finding: Finding, at: datetime) -> Alert:
    return Alert(
        business=business,
        kind=finding.kind,
        subject_key=finding.subject_key,
        slot=finding.slot,
        subject=finding.subject[:255],
        message=finding.message[:500],
        url=finding.url,
        raised_at=at,
    )


def _close(alert: Alert, at: datetime, *, by: Member | None, note: str) -> bool:
    rows = Alert.objects.unresolved().filter(pk=alert.pk)
    done = rows.update(
        state=AlertState.RESOLVED, resolved_at=at, resolved_by=_row(by), note=note[:255], slot=alert.free_slot, snoozed_until=None
    )
    return done == 1


def _row(by: Member | None) -> Member | None:
    """Our own staff act in a seat that is no row; the audit names them."""
    return by if by and by.pk else None


def _tell(alerts: Sequence[Alert], at: datetime, *, urgent: Collection[tuple[int, str]]) -> None:
    opened = _by_business(alerts)
    businesses = {business.pk: business for business in opened}
    members = Member.objects.filter(business__in=businesses).active().select_related("user", "digest").order_by("pk")
    rows = AlertPreference.objects.filter(member__business__in=businesses)
    chosen = {(row.member_id, row.kind): row.channel for row in rows}
    letters = []
    for member in members:
        business = businesses[member.business_id]
        wanted = [alert for alert in opened[business] if _is_told_at_once(member, chosen, alert, urgent)]
        if wanted:
            until = quiet_end(member, business, at)
            letters.append(write_alerts(member=member, business=business, alerts=wanted, at=at, not_before=until))
    post(letters)


def _is_told_at_once(
    member: Member, chosen: dict[tuple[int, str], str], alert: Alert, urgent: Collection[tuple[int, str]]
) -> bool:
    channel = channel_for(member, chosen, alert.kind)
    is_default = (member.pk, alert.kind) not in chosen
    return channel == Channel.AT_ONCE or (channel == Channel.DIGEST and is_default and (alert.business_id, alert.slot) in urgent)
