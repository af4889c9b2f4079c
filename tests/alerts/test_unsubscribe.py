"""One post ends a kind of mail, without a log-in; a page takes it back."""

import pytest
from django.core import signing
from django.test import Client

from accounts.permissions import Role
from alerts.models import AlertKind, AlertPreference
from alerts.queries import PATIENT, get_channels
from alerts.services import Finding, raise_alerts, set_preference
from alerts.unsubscribe import SALT, unsubscribe_url
from mail.models import OutboxMessage
from tests.factories import NOW, MemberFactory

pytestmark = pytest.mark.django_db
AT_ONCE = set(AlertKind.values) - PATIENT  # what is, where nobody chose
LOAF = Finding(AlertKind.LOW_STOCK, "product:1", "Rye loaf", "3 left, reorder point 5.", "/products/1/")
CANDLE = Finding(AlertKind.OUT_OF_STOCK, "product:2", "Candle", "None left.", "/products/2/")
STRANGER = Client(enforce_csrf_checks=True)


def told(member, *findings) -> str:
    """The address at which the message to a member is unsubscribed from."""
    raise_alerts(business=member.business, findings=findings, at=NOW)
    return OutboxMessage.objects.get(to=member.user.email).unsubscribe_url


def at_once(member) -> set[str]:
    return {kind for kind, channel in get_channels(member=member).items() if channel == "at_once"}


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "http://testserver"


def test_a_mail_program_ends_it_with_one_post(owner, member):
    url = told(owner, LOAF)

    answer = STRANGER.post(url, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert at_once(owner) == AT_ONCE - {"low_stock"}
    assert at_once(member) == AT_ONCE - {"webhook_off"}  # which only owners can mend


def test_what_was_ended_is_told_in_the_portal_only(owner):
    STRANGER.post(told(owner, LOAF))

    raise_alerts(business=owner.business, findings=[CANDLE, Finding(AlertKind.LOW_STOCK, "product:3", "Tea")], at=NOW)

    (_, second) = OutboxMessage.objects.filter(to=owner.user.email).order_by("pk")
    assert second.subject == "Candle is out"


def test_the_message_itself_leads_there(owner):
    url = told(owner, LOAF, CANDLE)

    message = OutboxMessage.objects.get(to=owner.user.email)
    assert url in message.text
    assert url in message.html


def test_to_look_changes_nothing(owner):
    page = STRANGER.get(told(owner, LOAF, CANDLE)).content.decode()

    assert "low stock, out of stock" in page
    assert owner.user.email in page
    assert not AlertPreference.objects.exists()


def test_a_person_takes_it_back(owner):
    url = told(owner, LOAF)
    assert "Take that back" in STRANGER.post(url, {"how": "stop"}).content.decode()

    assert "You hear of it again" in STRANGER.post(url, {"how": "resume"}).content.decode()

    assert "low_stock" in at_once(owner)


def test_all_of_it_ends_in_every_business(owner):
    elsewhere = MemberFactory(user=owner.user, role=Role.OWNER)
    other = MemberFactory(business=elsewhere.business, role=Role.OWNER)

    STRANGER.post(told(owner, LOAF), {"how": "all"})

    assert at_once(owner) == at_once(elsewhere) == set()
    assert at_once(other) == AT_ONCE


def test_what_somebody_turned_off_stays_off(owner):
    url = told(owner, LOAF)
    set_preference(member=owner, kind="low_stock", channel="off")

    for how in ("stop", "all", "resume"):
        STRANGER.post(url, {"how": how})

        assert get_channels(member=owner)["low_stock"] == "off"


def test_a_role_that_may_not_know_is_not_told_by_a_link(clerk):
    STRANGER.post(unsubscribe_url(member=clerk, kinds=["approval", "low_stock"]), {"how": "resume"})

    assert at_once(clerk) == {"low_stock"}


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "x", lambda t: t + "\0", lambda t: t * 40]
)
def test_a_link_we_did_not_write_is_not_found(owner, spoil):
    start, token = unsubscribe_url(member=owner, kinds=["low_stock"]).rstrip("/").rsplit("/", 1)

    assert STRANGER.post(f"{start}/{spoil(token)}/").status_code == 404
    assert not AlertPreference.objects.exists()


def test_a_link_to_a_seat_that_is_gone_is_not_found(owner):
    token = signing.dumps([owner.pk + 999, "low_stock"], salt=SALT)

    assert STRANGER.post(f"/unsubscribe/{token}/").status_code == 404


def test_a_kind_that_is_no_more_is_passed_by(owner):
    assert STRANGER.post(unsubscribe_url(member=owner, kinds=["weather", "low_stock"])).status_code == 200
    assert "low_stock" not in at_once(owner)
