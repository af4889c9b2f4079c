"""What was put aside comes back when it should, once, and to those who hear of it; quiet hours hold when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Business, Member
from alerts import escalation, services
from alerts.digest_times import quiet_end
from alerts.models import Alert, AlertKind, AlertState, DigestPreference
from alerts.services import Finding, raise_alerts, set_preference
from expenses.services import unusual
from mail.models import OutboxMessage
from tests.expenses.test_unusual import before
from tests.factories import NOW
from tests.factories.expenses import spend
from tests.people import client_of

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOAF = Finding(AlertKind.LOW_STOCK, "product:1", "Rye loaf", "3 left.", "/products/1/")
TEA = Finding(AlertKind.LOW_STOCK, "product:2", "Tea", "1 left.", "/products/2/")
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
hours = st.integers(0, 23)


def aside(by, *findings, until=NOW + DAY) -> list[Alert]:
    alerts = raise_alerts(business=by.business, findings=findings, at=NOW, tell=False)
    return [services.snooze(alert=alert, by=by, until=until, at=NOW) for alert in alerts]


def told() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("to", flat=True))


def test_what_wakes_is_told_again_in_one_message_a_person(owner, member):
    set_preference(member=member, kind="low_stock", channel="digest")
    aside(owner, LOAF, TEA)

    assert services.wake_snoozed(at=NOW + DAY - timedelta(seconds=1)) == 0
    assert services.wake_snoozed(at=NOW + DAY) == 2

    assert told() == [owner.user.email]
    assert Alert.objects.open().count() == 2


def test_it_wakes_once_whoever_else_ticks(owner):
    aside(owner, LOAF)

    services.wake_snoozed(at=NOW + DAY)
    assert services.wake_snoozed(at=NOW + DAY) == 0

    assert len(told()) == len(set(told())) == 2


def test_what_mended_itself_meanwhile_does_not_wake(owner):
    aside(owner, LOAF)
    services.recover(business=owner.business, kind=AlertKind.LOW_STOCK, subject_keys=["product:1"], at=NOW + HOUR)

    assert services.wake_snoozed(at=NOW + DAY) == 0
    assert told() == []
    assert Alert.objects.get().state == AlertState.RESOLVED


def test_what_is_found_again_while_aside_waits(owner):
    aside(owner, LOAF)

    assert raise_alerts(business=owner.business, findings=[LOAF], at=NOW + HOUR) == []
    assert told() == []


def test_whoever_puts_it_aside_has_looked(owner):
    aside(owner, LOAF)
    services.wake_snoozed(at=NOW + 2 * DAY)

    assert escalation.escalate(business=owner.business, at=NOW + 2 * DAY) == 0


def test_what_comes_again_after_it_was_told_to_the_owners_is_told_to_them_again(owner):
    for day in (0, 5):
        raise_alerts(business=owner.business, findings=[LOAF], at=NOW + day * DAY, tell=False)
        assert escalation.escalate(business=owner.business, at=NOW + (day + 1) * DAY) == 1
        services.recover(business=owner.business, kind=AlertKind.LOW_STOCK, subject_keys=["product:1"], at=NOW + (day + 2) * DAY)


def test_one_click_in_the_list_says_that_an_unusual_expense_is_right(owner):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense
    alert = unusual.get_alert(expense)
    browser = client_of(owner)
    assert "It is right</button>" in browser.get("/alerts/").content.decode()

    browser.post(f"/alerts/{alert.pk}/resolve/", {"note": "It is right."})
    unusual.look_at_changed(expense, NOW)

    assert unusual.get_alert(expense) is None


def test_the_list_of_one_kind_shows_that_kind_alone(owner):
    raise_alerts(business=owner.business, findings=[LOAF, Finding("ledger_mismatch", "product:9", "Milk")], at=NOW)
    browser = client_of(owner)

    page = browser.get("/alerts/", {"kind": "low_stock"}).content.decode()

    assert "Rye loaf" in page
    assert "Milk" not in page
    assert "Milk" in browser.get("/alerts/", {"kind": "\0"}).content.decode()


@pytest.mark.parametrize(
    ("zone", "at", "begins", "ends", "until"),
    [
        (
            "America/New_York",
            datetime(2026, 3, 8, 6, 30, tzinfo=UTC),
            22,
            2,
            datetime(2026, 3, 8, 7, tzinfo=UTC),
        ),  # no two o'clock
        ("America/New_York", datetime(2026, 3, 8, 4, 0, tzinfo=UTC), 22, 7, datetime(2026, 3, 8, 11, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), 22, 7, datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (
            "Europe/London",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            1,
            2,
            datetime(2026, 10, 25, 2, tzinfo=UTC),
        ),  # one comes twice
        ("Pacific/Kiritimati", datetime(2026, 3, 4, 9, 0, tzinfo=UTC), 22, 7, datetime(2026, 3, 4, 17, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_on_the_clock_of_that_day(zone, at, begins, ends, until):
    person = reader(zone, begins, ends)

    assert quiet_end(person, person.business, at) == until


def reader(zone: str, begins: int, ends: int) -> Member:
    person = Member(business=Business(timezone=zone))
    person.digest = DigestPreference(quiet_from=begins, quiet_until=ends)
    return person


@given(zone=st.sampled_from(ZONES), begins=hours, ends=hours, minutes=st.integers(0, 365 * 24 * 60))
def test_a_message_never_waits_longer_than_the_quiet_hours(zone, begins, ends, minutes):
    at, person = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), reader(zone, begins, ends)

    until = quiet_end(person, person.business, at)

    if until is not None:
        assert at < until <= at + timedelta(hours=(ends - begins) % 24 + 1)
        assert quiet_end(person, person.business, until) is None
        assert until.astimezone(ZoneInfo(zone)).hour in {ends, (ends + 1) % 24}
