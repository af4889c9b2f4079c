"""Whose summary is due: on their own clock, once a local day or week, whatever the clocks and the machines do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Business, Member
from accounts.permissions import Role
from alerts.models import DigestPreference, DigestRun, Rhythm

HOUR = 7
HEARS_BY_DEFAULT = (Role.OWNER, Role.MANAGER)
LATE = 2  # days by which an outage may delay a weekly summary
DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class Due:
    member: Member
    rhythm: Rhythm
    run_on: date
    today: date


def preference_of(member: Member) -> DigestPreference:
    """What a member chose, or what their role gives them."""
    try:
        return member.digest
    except DigestPreference.DoesNotExist:
        return DigestPreference(member=member, is_on=member.role in HEARS_BY_DEFAULT, hour=HOUR)


def zone_of(member: Member) -> str:
    return preference_of(member).timezone or member.business.timezone


def quiet_end(member: Member, business: Business, at: datetime) -> datetime | None:
    """When a member's quiet hours end, if it is within them now; on their own clock, also over midnight."""
    chosen = preference_of(member)
    begins, ends = chosen.quiet_from, chosen.quiet_until
    if begins is None or ends is None or begins == ends:
        return None
    local = at.astimezone(ZoneInfo(chosen.timezone or business.timezone))
    if (local.hour - begins) % 24 >= (ends - begins) % 24:
        return None
    day = local.date() + (timedelta(days=1) if local.hour >= ends else timedelta(0))
    return datetime.combine(day, time(ends), tzinfo=local.tzinfo).astimezone(UTC)


def get_businesses_due(*, at: datetime) -> list[int]:
    """Businesses with a member whose summary is due. One query for each time zone in use."""
    found: set[int] = set()
    for zone in _zones():
        found.update(_due_in(zone, at).order_by().values_list("business_id", flat=True).distinct())
    return sorted(found)


def get_due(*, businesses: Sequence[Business], at: datetime) -> list[Due]:
    """The members of businesses whose summary is due, each with the local day that it is of. Two queries for any number."""
    members = _listening().filter(business__in=businesses).select_related("user", "business", "digest")
    slots = [(member, slot) for member in members.order_by("business", "pk") if (slot := latest_slot(member, at))]
    earliest = min((slot.run_on for _, slot in slots), default=at.date())
    runs = DigestRun.objects.filter(member__business__in=businesses, run_on__gte=earliest).order_by()
    run = set(runs.values_list("member_id", "rhythm", "run_on"))
    return [slot for member, slot in slots if (member.pk, slot.rhythm.value, slot.run_on) not in run]


def latest_slot(member: Member, at: datetime) -> Due | None:
    """The last moment at which a member's summary should have gone, unless it is too long ago; claimed or not."""
    chosen, local = preference_of(member), at.astimezone(ZoneInfo(zone_of(member)))
    today, late = local.date(), 0
    if chosen.rhythm == Rhythm.WEEKLY:
        late = (today.weekday() - chosen.weekday) % DAYS_OF_WEEK
    if late > LATE or (late == 0 and local.hour < chosen.hour):
        return None
    return Due(member, Rhythm(chosen.rhythm), today - timedelta(days=late), today)


def _listening() -> QuerySet[Member]:
    """Who gets summaries at all. Sample data is never in one."""
    by_role = Q(digest=None, role__in=HEARS_BY_DEFAULT)
    return Member.objects.active().filter(by_role | Q(digest__is_on=True), business__has_sample_data=False)


def _zones() -> list[str]:
    of_shops = Business.objects.order_by().values_list("timezone", flat=True).distinct()
    of_people = DigestPreference.objects.exclude(timezone="").order_by().values_list("timezone", flat=True).distinct()
    return sorted({*of_shops, *of_people})


def _due_in(zone: str, at: datetime) -> QuerySet[Member]:
    local = at.astimezone(ZoneInfo(zone))
    here = Q(digest__timezone=zone) | Q(digest__timezone="", business__timezone=zone) | Q(digest=None, business__timezone=zone)
    return _listening().filter(here).filter(_any(_conditions(local)))


def _conditions(local: datetime) -> Iterator[Q]:
    today = local.date()
    if local.hour >= HOUR:
        yield Q(digest=None) & _not_run(Rhythm.DAILY, today)
    daily = Q(digest__rhythm=Rhythm.DAILY, digest__hour__lte=local.hour)
    yield daily & _not_run(Rhythm.DAILY, today)
    for late in range(LATE + 1):
        on = today - timedelta(days=late)
        weekly = Q(digest__rhythm=Rhythm.WEEKLY, digest__weekday=on.weekday())
        hour = Q(digest__hour__lte=local.hour) if late == 0 else Q()
        yield weekly & hour & _not_run(Rhythm.WEEKLY, on)


def _not_run(rhythm: Rhythm, on: date) -> Q:
    return Q(~Exists(DigestRun.objects.filter(member=OuterRef("pk"), rhythm=rhythm, run_on=on)))


def _any(conditions: Iterator[Q]) -> Q:
    whole = Q()
    for condition in conditions:
        whole |= condition
    return whole
