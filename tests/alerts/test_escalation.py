"""What nobody looks at for a day is told to the owners; quiet hours put a message off."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts import escalation, services, tasks
from alerts.models import Alert, AlertKind, DigestPreference
from alerts.services import Finding, raise_alerts, set_preference
from mail import delivery
from mail.models import OutboxMessage
from tests.factories import NOW
from tests.people import client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LOAF = Finding(AlertKind.LOW_STOCK, "product:1", "Rye loaf", "3 left, reorder point 5.", "/products/1/")
TEA = Finding(AlertKind.LOW_STOCK, "product:2", "Tea", "1 left, reorder point 2.", "/products/2/")


def raised(member, *findings) -> list[Alert]:
    return raise_alerts(business=member.business, findings=findings or [LOAF], at=NOW, tell=False)


def told() -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("to", "subject"))


def test_the_owners_are_told_once_in_one_message(owner, member):
    raised(owner, LOAF, TEA)
    set_preference(member=owner, kind="low_stock", channel="digest")

    assert escalation.escalate(business=owner.business, at=NOW + DAY) == 2
    assert escalation.escalate(business=owner.business, at=NOW + 2 * DAY) == 0

    (message,) = OutboxMessage.objects.all()
    assert message.to == owner.user.email
    assert message.subject == f"Nobody has looked for a day: 2 products are low at {owner.business.name}"
    assert "nobody at the shop has looked" in message.html


def test_not_before_a_day_is_over(owner):
    raised(owner)

    assert escalation.get_businesses(at=NOW + DAY - timedelta(seconds=1)) == []
    assert escalation.get_businesses(at=NOW + DAY) == [owner.business_id]


def test_one_look_is_enough(owner, clerk):
    raised(owner)

    client_of(clerk).get("/alerts/")

    assert Alert.objects.get().seen_at == NOW
    assert escalation.escalate(business=owner.business, at=NOW + DAY) == 0


def test_the_look_of_a_viewer_is_none(owner, viewer):
    raised(owner)

    client_of(viewer).get("/alerts/")

    assert escalation.escalate(business=owner.business, at=NOW + DAY) == 1


@pytest.mark.parametrize("answer", ["resolve", "snooze"])
def test_what_was_answered_is_not_told(owner, answer):
    (alert,) = raised(owner)
    more = {"until": NOW + 3 * DAY} if answer == "snooze" else {}
    getattr(services, answer)(alert=alert, by=owner, at=NOW, **more)

    assert escalation.escalate(business=owner.business, at=NOW + DAY) == 0


@pytest.mark.parametrize("channel", ["portal", "off"])
def test_an_owner_who_wants_no_email_of_the_kind_gets_none(owner, channel):
    raised(owner)
    set_preference(member=owner, kind="low_stock", channel=channel)

    escalation.escalate(business=owner.business, at=NOW + DAY)

    assert told() == []


def test_the_schedule_looks_everywhere_but_at_samples(owner, frozen_time):
    raised(owner)
    frozen_time.shift(DAY)
    owner.business.has_sample_data = True
    owner.business.save()
    tasks.escalate_unseen()
    assert told() == []

    owner.business.has_sample_data = False
    owner.business.save()
    tasks.escalate_unseen()
    assert len(told()) == 1


@pytest.mark.parametrize(
    ("begins", "ends", "zone", "due"),
    [
        (9, 12, "", datetime(2026, 3, 4, 12, tzinfo=UTC)),
        (22, 11, "", datetime(2026, 3, 4, 11, tzinfo=UTC)),
        (10, 9, "", datetime(2026, 3, 5, 9, tzinfo=UTC)),
        (18, 7, "Asia/Tokyo", datetime(2026, 3, 4, 22, tzinfo=UTC)),  # it is seven in the evening there
        (22, 7, "", NOW),
        (8, 10, "", NOW),
        (5, 5, "", NOW),
    ],
)
def test_nothing_is_sent_at_once_in_quiet_hours(owner, begins, ends, zone, due):
    DigestPreference.objects.create(member=owner, quiet_from=begins, quiet_until=ends, timezone=zone)

    raise_alerts(business=owner.business, findings=[LOAF], at=NOW)

    message = OutboxMessage.objects.get(to=owner.user.email)
    assert message.due_at == due
    assert delivery.send(message=message, at=NOW) == (due == NOW)


def test_quiet_hours_are_chosen_both_or_neither(owner):
    choice = {"is_on": "on", "rhythm": "daily", "weekday": "0", "hour": "7", "timezone": "", "quiet_from": "22"}
    browser = client_of(owner)

    answer = browser.post("/settings/summary/", choice)
    assert "Choose both hours, or neither." in answer.content.decode()

    browser.post("/settings/summary/", choice | {"quiet_until": "7"})
    chosen = DigestPreference.objects.get(member=owner)
    assert (chosen.quiet_from, chosen.quiet_until) == (22, 7)
