"""The page of alerts: what is open, put aside and resolved, and how it is answered."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Kind
from accounts.permissions import NotAllowed, Role
from alerts import services
from alerts.models import Alert, AlertKind, AlertState
from tests.factories import NOW, BusinessFactory, MemberFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


def raise_one(member, subject: str = "Tea", number: int = 1) -> Alert:
    finding = services.Finding(
        AlertKind.LOW_STOCK, f"product:{number}", subject, "2 left, reorder point 5.", f"/products/{number}/"
    )
    return services.raise_alerts(business=member.business, findings=[finding], at=NOW, tell=False)[0]


def test_an_open_alert_says_what_and_leads_to_it(logged_in, member):
    raise_one(member)

    page = logged_in.get("/alerts/").content.decode()

    assert "2 left, reorder point 5." in page
    assert 'href="/products/1/"' in page


def test_each_tab_shows_its_own(logged_in, member):
    raise_one(member, "Open tea", 1)
    services.snooze(by=member, alert=raise_one(member, "Snoozed tea", 2), until=NOW + timedelta(days=1), at=NOW)
    services.resolve(alert=raise_one(member, "Resolved tea", 3), by=member, at=NOW, note="Ordered")

    for tab in AlertState.values:
        page = logged_in.get("/alerts/", {"tab": tab}).content.decode()
        for other in AlertState.values:
            assert (f"{other.capitalize()} tea" in page) == (tab == other), (tab, other)


def test_resolving_keeps_the_note_and_who(logged_in, member):
    alert = raise_one(member)

    logged_in.post(f"/alerts/{alert.pk}/resolve/", {"note": "Ordered on Monday"})

    alert.refresh_from_db()
    assert (alert.state, alert.note, alert.resolved_by) == (AlertState.RESOLVED, "Ordered on Monday", member)
    assert "Ordered on Monday" in logged_in.get("/alerts/", {"tab": "resolved"}).content.decode()


@pytest.mark.parametrize(("how", "day"), [("tomorrow", 5), ("week", 11)])
def test_snoozing_lasts_until_seven_on_the_shops_own_clock(logged_in, member, how, day):
    member.business.timezone = "America/New_York"
    member.business.save()
    alert = raise_one(member)

    logged_in.post(f"/alerts/{alert.pk}/snooze/", {"how": how})

    alert.refresh_from_db()
    hour = 12 if day < 8 else 11  # the clocks there go forward on the eighth
    assert alert.state == AlertState.SNOOZED
    assert alert.snoozed_until == datetime(2026, 3, day, hour, tzinfo=UTC)


def test_snoozing_until_a_chosen_date(logged_in, member):
    alert = raise_one(member)

    logged_in.post(f"/alerts/{alert.pk}/snooze/", {"how": "date", "until": "2026-03-20"})

    alert.refresh_from_db()
    assert alert.snoozed_until.date() == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"how": "date"}, "Choose a date."),
        ({"how": "date", "until": "soon"}, "Enter a date, for example"),
        ({"how": "date", "until": "2026-03-01"}, "Choose a moment in the future."),
        ({"how": "never"}, "never"),
    ],
)
def test_a_bad_date_is_told_at_the_alert_and_changes_nothing(logged_in, member, sent, said):
    alert = raise_one(member)

    answer = logged_in.post(f"/alerts/{alert.pk}/snooze/", sent)

    alert.refresh_from_db()
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert alert.state == AlertState.OPEN


def test_a_note_that_is_too_long_is_kept_for_mending(logged_in, member):
    alert = raise_one(member)

    answer = logged_in.post(f"/alerts/{alert.pk}/resolve/", {"note": "n" * 300})

    assert "n" * 300 in answer.content.decode()
    assert Alert.objects.open().count() == 1


def test_the_second_person_is_told_that_it_is_resolved(logged_in, member):
    alert = raise_one(member)
    logged_in.post(f"/alerts/{alert.pk}/resolve/")

    answer = logged_in.post(f"/alerts/{alert.pk}/resolve/", {"note": "again"}, follow=True)

    alert.refresh_from_db()
    assert "somebody resolved this already" in answer.content.decode()
    assert alert.note == ""


def test_a_viewer_sees_alerts_and_answers_none(viewer):
    alert = raise_one(viewer)
    client = client_of(viewer)

    assert "Resolve or put aside" not in client.get("/alerts/").content.decode()
    assert client.post(f"/alerts/{alert.pk}/resolve/").status_code == 403
    assert client.post(f"/alerts/{alert.pk}/snooze/", {"how": "week"}).status_code == 403


def test_another_shops_alert_is_not_found(logged_in):
    theirs = raise_one(MemberFactory())

    assert logged_in.post(f"/alerts/{theirs.pk}/resolve/").status_code == 404
    assert logged_in.post(f"/alerts/{theirs.pk}/snooze/", {"how": "week"}).status_code == 404
    assert "Tea" not in logged_in.get("/alerts/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_costs_the_same_at_any_length(logged_in, member, django_assert_max_num_queries, count):
    for number in range(count):
        services.resolve(alert=raise_one(member, number=number), by=member, at=NOW)
    logged_in.get("/alerts/")

    with django_assert_max_num_queries(2):
        assert logged_in.get("/alerts/", {"tab": "resolved"}).status_code == 200


def test_the_service_too_lets_no_viewer_put_an_alert_aside(viewer):
    alert = raise_one(viewer)

    with pytest.raises(NotAllowed):
        services.snooze(alert=alert, by=viewer, until=NOW + timedelta(days=1), at=NOW)


def test_a_personal_book_without_alerts_hears_nothing_of_stock():
    owner = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    page = client_of(owner).get("/alerts/").content.decode()

    assert "A budget that comes to its limit will stand here" in page
    assert "runs low" not in page
