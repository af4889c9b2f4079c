"""A log-in from somewhere new is told to the person, at once, whatever they chose; nothing of it slows or stops a log-in."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import FORGOTTEN_AFTER, KnownDevice
from accounts.services import sign_ins
from accounts.services.sign_ins import Visitor, forget_old_devices, note_sign_in
from accounts.tasks import forget_old_devices as nightly
from alerts.models import DigestPreference
from mail import delivery
from mail.models import OutboxMessage, Suppression, SuppressionReason
from tests.factories import NOW, PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
HOME, HOTEL = "203.0.113.7", "198.51.100.7"


@pytest.fixture
def person(owner):
    owner.user.last_login = NOW - timedelta(days=9)
    owner.user.save()
    EmailAddress.objects.create(user=owner.user, email=owner.user.email, primary=True, verified=True)
    return owner.user


def log_in(person, client=None, browser=FIREFOX, address=HOME):
    client = client or Client()
    client.post("/accounts/logout/")
    answer = client.post(
        "/accounts/login/",
        {"login": person.email, "password": PASSWORD},
        headers={"user-agent": browser},
        REMOTE_ADDR=address,
    )
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    return client


def told():
    return OutboxMessage.objects.filter(kind="new_sign_in")


def test_a_new_browser_is_told_with_time_name_and_rough_place(person, owner, settings):
    settings.SITE_URL = "https://till.example"
    type(owner.business).objects.update(timezone="Europe/Lisbon")
    person.current_member = owner
    person.save()

    log_in(person)

    message = told().get()
    assert message.to == person.email
    assert message.subject == "New log-in to Tillbook: Firefox on Linux"
    for body in (message.text, message.html):
        for fact in (
            "Firefox on Linux",
            "203.0.113.…",
            "(Europe/Lisbon)",
            "https://till.example/settings/you/not-me/",
            "You get this",
        ):
            assert fact in body
    assert HOME not in message.text
    assert message.unsubscribe_url == ""


def test_the_same_browser_is_told_once_wherever_it_goes(person):
    client = log_in(person)

    log_in(person, client, address=HOTEL)
    log_in(person, client, browser=CHROME, address=HOTEL)

    assert told().count() == 1


def test_the_same_kind_of_browser_near_by_is_known_without_its_cookie(person):
    log_in(person)
    log_in(person, address="203.0.113.250")
    assert told().count() == 1

    log_in(person, browser=CHROME)
    log_in(person, address=HOTEL)
    assert told().count() == 3


def test_the_first_log_in_ever_is_not_told_and_the_next_elsewhere_is(person):
    person.last_login = None
    person.save()

    log_in(person)
    assert not told().exists()

    log_in(person, browser=CHROME, address=HOTEL)
    assert told().count() == 1


def test_what_one_person_is_known_by_does_not_vouch_for_another(person):
    client = log_in(person)
    other = UserFactory(last_login=NOW)
    EmailAddress.objects.create(user=other, email=other.email, primary=True, verified=True)

    log_in(other, client)

    assert set(told().values_list("to", flat=True)) == {person.email, other.email}
    assert KnownDevice.objects.count() == 2


def test_it_goes_at_once_past_quiet_hours_and_suppression(person, owner):
    hour = NOW.hour
    DigestPreference.objects.create(member=owner, quiet_from=hour, quiet_until=(hour + 8) % 24)
    Suppression.objects.learn(address=person.email, reason=SuppressionReason.BOUNCED, detail="", at=NOW)

    note_sign_in(user=person, visitor=Visitor("", "Chrome on Mac", ""), is_first=False, at=NOW)

    message = told().get()
    assert message.due_at == NOW
    assert delivery.send(message=message, at=NOW)


def test_the_cookie_is_kept_from_scripts_and_stored_as_a_fingerprint(person):
    client = log_in(person)

    cookie = client.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie.value not in str(list(KnownDevice.objects.values()))


@pytest.mark.parametrize("token", ["x" * 5000, "\x00", "é"])
def test_a_cookie_that_is_not_ours_does_no_harm(person, token):
    client = Client()
    client.cookies["device"] = token

    log_in(person, client)

    assert told().count() == 1


def test_a_log_in_succeeds_though_telling_fails(person, monkeypatch, caplog):
    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr(sign_ins, "tell_of_sign_in", broken)

    log_in(person)

    assert "could not be told" in caplog.text
    assert not KnownDevice.objects.exists()  # so that the next one is told


def test_a_known_browser_costs_one_query(person, django_assert_num_queries):
    visitor = Visitor("", "Firefox on Linux", "203.0.113.0/24")
    token = note_sign_in(user=person, visitor=visitor, is_first=True, at=NOW)
    visitor = Visitor(token, "Firefox on Linux", "203.0.113.0/24")

    with django_assert_num_queries(3):  # one, in a transaction of its own
        assert note_sign_in(user=person, visitor=visitor, is_first=False, at=NOW) == token


def test_that_was_not_me_puts_everybody_else_out_and_asks_for_a_new_password(person):
    intruder, mine = log_in(person, browser=CHROME, address=HOTEL), log_in(person)
    assert "That was not me" in mine.get("/settings/you/not-me/").content.decode()

    answer = mine.post("/settings/you/not-me/")

    assert answer.url == "/accounts/password/change/"
    assert mine.get("/settings/you/").status_code == 200
    assert intruder.get("/settings/you/").status_code == 302
    assert UserSession.objects.filter(user=person).count() == 1
    assert [device.browser for device in KnownDevice.objects.filter(user=person)] == ["Firefox on Linux"]


def test_that_was_not_me_asks_a_visitor_to_log_in(client, db):
    assert client.get("/settings/you/not-me/").url.startswith("/accounts/login/")


def test_browsers_not_seen_for_long_are_forgotten(person):
    log_in(person)
    assert forget_old_devices(at=NOW + FORGOTTEN_AFTER) == 0

    KnownDevice.objects.update(last_seen_at=NOW - FORGOTTEN_AFTER - timedelta(seconds=1))
    nightly()

    assert not KnownDevice.objects.exists()


def test_it_is_not_offered_as_a_choice_and_said_to_be_always_on(person):
    page = log_in(person).get("/settings/alerts/").content.decode()

    assert "Always on" in page
    assert 'name="new_sign_in"' not in page
