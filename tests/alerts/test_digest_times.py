"""The summary comes once a local day or week, at the person's own hour, whatever clocks, machines and people do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Member
from accounts.permissions import Role
from alerts import digest_times, digests, tasks
from alerts.models import DigestPreference, DigestRun, Rhythm
from mail.models import OutboxMessage
from tests.factories import NOW, BusinessFactory, MemberFactory

pytestmark = pytest.mark.django_db
HOUR, DAY, BEAT = timedelta(hours=1), timedelta(days=1), timedelta(minutes=5)
ZONES = ["Pacific/Pago_Pago", "America/St_Johns", "UTC", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Kiritimati"]  # −11 to +14


def reader(zone: str = "Europe/London", **chosen) -> Member:
    """An owner who gets the summary even if there is nothing to say."""
    member = MemberFactory(role=Role.OWNER, business=BusinessFactory(timezone=zone))
    DigestPreference.objects.create(member=member, **{"even_if_empty": True} | chosen)
    return Member.objects.select_related("business", "user", "digest").get(pk=member.pk)


def beat(at: datetime) -> list[int]:
    """One tick of the schedule, done by the workers at once. The businesses that it chose."""
    chosen = digest_times.get_businesses_due(at=at)
    for pk in chosen:
        digests.write_due(businesses=[BusinessFactory._meta.model.objects.get(pk=pk)], at=at)
    return chosen


def run(since: datetime, until: datetime, step: timedelta = HOUR) -> list[datetime]:
    """When messages were written between two moments."""
    at = since
    while at < until:
        beat(at)
        at += step
    return list(OutboxMessage.objects.filter(kind="digest").order_by("created_at").values_list("created_at", flat=True))


@pytest.mark.parametrize("zone", ZONES)
def test_comes_once_a_day_at_the_hour_of_each_zone(zone):
    reader(zone, hour=7)

    written = run(datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC), timedelta(minutes=15))

    local = [at.astimezone(ZoneInfo(zone)) for at in written]
    assert {(at.hour, at.minute) for at in local[1:]} == {(7, 0)}
    assert len({at.date() for at in local}) == len(local)
    assert 3 <= len(local) <= 4


@pytest.mark.parametrize(
    ("zone", "first", "hour"),
    [
        ("America/New_York", date(2026, 3, 7), 2),  # on the 8th two o'clock does not exist
        ("Europe/London", date(2026, 10, 24), 1),  # on the 25th one o'clock comes twice
        ("Australia/Lord_Howe", date(2026, 4, 4), 1),  # by half an hour
        ("America/Santiago", date(2026, 9, 5), 0),  # on the 6th midnight does not exist
    ],
)
def test_comes_once_on_the_days_when_clocks_change(zone, first, hour):
    reader(zone, hour=hour)
    start = datetime.combine(first, datetime.min.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)

    written = run(start, start + 3 * DAY, timedelta(minutes=30))

    days = [at.astimezone(ZoneInfo(zone)).date() for at in written]
    assert days[:3] == [first, first + DAY, first + 2 * DAY]
    assert len(set(days)) == len(days)


def test_comes_on_the_persons_own_clock():
    reader("Europe/London", timezone="Asia/Tokyo", hour=7)

    assert beat(datetime(2026, 3, 3, 21, 55, tzinfo=UTC)) == []
    assert len(beat(datetime(2026, 3, 3, 22, 0, tzinfo=UTC))) == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_weekly_one_comes_on_its_weekday(zone):
    reader(zone, rhythm=Rhythm.WEEKLY, weekday=0, hour=8)

    written = run(datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 3, 25, tzinfo=UTC))

    local = [at.astimezone(ZoneInfo(zone)) for at in written]
    assert [(at.weekday(), at.hour) for at in local] == [(0, 8)] * 3


@pytest.mark.parametrize("rhythm", Rhythm)
def test_an_outage_of_three_days_gives_one(rhythm):
    reader(rhythm=rhythm, weekday=0, hour=8)
    run(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC))
    before = OutboxMessage.objects.count()

    run(datetime(2026, 3, 11, 7, 59, tzinfo=UTC), datetime(2026, 3, 11, 8, 30, tzinfo=UTC), BEAT)

    assert OutboxMessage.objects.count() == before + 1


def test_a_weekly_one_that_is_too_late_waits_for_its_next_day():
    reader(rhythm=Rhythm.WEEKLY, weekday=0, hour=8)

    assert run(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC)) == []


def test_a_change_of_the_hour_brings_no_second_one():
    member = reader(hour=7)
    beat(NOW)
    for hour in (23, 1, 5):
        digests.choose_digest(member=member, values={"hour": hour}, at=NOW)

    assert len(run(NOW, NOW + 14 * HOUR)) == 1


def test_a_move_to_the_west_brings_no_second_one_that_day():
    member = reader("Pacific/Kiritimati", hour=7)
    run(NOW - DAY, NOW)
    digests.choose_digest(member=member, values={"timezone": "Pacific/Pago_Pago"}, at=NOW)

    written = run(NOW, NOW + 3 * DAY)

    runs = list(DigestRun.objects.filter(was_sent=True).values_list("run_on", flat=True))
    assert len(set(runs)) == len(runs) == len(written)


def test_who_chooses_an_hour_that_has_passed_waits_for_tomorrow(member):
    digests.choose_digest(member=member, values={"hour": 7, "even_if_empty": True}, at=NOW)

    (first,) = run(NOW, NOW + DAY)

    assert first == datetime(2026, 3, 5, 7, tzinfo=UTC)


def test_two_beats_write_one(member):
    reader()

    beat(NOW)
    beat(NOW)

    assert OutboxMessage.objects.count() == 1
    with pytest.raises(IntegrityError):
        DigestRun.objects.create(member=Member.objects.get(digest_runs__was_sent=True), rhythm="daily", run_on=NOW.date())


def test_a_beat_that_reads_before_another_writes_finds_the_day_taken(monkeypatch):
    member = reader()
    due = digest_times.get_due(businesses=[member.business], at=NOW)
    beat(NOW)
    monkeypatch.setattr(digests, "get_due", lambda **_: due)

    assert digests.write_due(businesses=[member.business], at=NOW) == 0
    assert OutboxMessage.objects.count() == 1


def test_a_crash_between_claim_and_message_gives_the_day_back(monkeypatch):
    reader()

    def crash(**_):
        raise RuntimeError

    monkeypatch.setattr(digests, "write_email", crash)
    with pytest.raises(RuntimeError):
        beat(NOW)
    monkeypatch.undo()
    assert not DigestRun.objects.exists()

    beat(NOW)
    assert OutboxMessage.objects.count() == 1


def test_by_default_owners_and_managers_get_it_in_the_morning(owner, member, clerk, viewer):
    due = digest_times.get_due(businesses=[owner.business], at=NOW)

    assert {each.member for each in due} == {owner, member}
    assert digest_times.get_businesses_due(at=NOW) == [owner.business_id]
    assert digest_times.get_businesses_due(at=NOW.replace(hour=6)) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"user__is_active": False}, {"business__has_sample_data": True}])
def test_who_left_and_a_sample_get_none(change):
    member = reader()
    for name, value in change.items():
        thing = member if "__" not in name else getattr(member, name.split("__")[0])
        setattr(thing, name.split("__")[-1], value)
        thing.save()

    assert beat(NOW) == []


def test_the_task_asks_each_business_in_turn(frozen_time):
    readers = [reader() for _ in range(2)]

    tasks.write_digests_where_due()

    assert set(OutboxMessage.objects.values_list("to", flat=True)) == {one.user.email for one in readers}


class Choice(TestCase):
    @settings(max_examples=25)
    @given(
        zone=st.sampled_from(ZONES),
        own=st.sampled_from(["", *ZONES]),
        rhythm=st.sampled_from(Rhythm.values),
        hour=st.integers(0, 23),
        weekday=st.integers(0, 6),
        minutes=st.integers(0, 14 * 24 * 60),
    )
    def test_whoever_is_chosen_by_the_database_is_due_and_the_other_way_round(self, zone, own, rhythm, hour, weekday, minutes):
        member = reader(zone, timezone=own, rhythm=rhythm, hour=hour, weekday=weekday)
        at = NOW + timedelta(minutes=minutes)

        due = digest_times.get_due(businesses=[member.business], at=at)

        assert digest_times.get_businesses_due(at=at) == [each.member.business_id for each in due]
        beat(at)
        assert digest_times.get_businesses_due(at=at) == []
