"""Two-step log-in: an app's code beside the password, recovery codes for the day the phone is lost."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from accounts.models import Member
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)  # mail leaves after the commit


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log_in(client: Client, member: Member) -> str:
    return client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD}).url


@pytest.fixture
def browser(member: Member) -> Client:
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    client = Client()
    assert log_in(client, member) == "/"
    return client


@pytest.fixture
def secret(browser: Client) -> str:
    """The key of an app that was added."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/accounts/2fa/totp/activate/")
    found: str = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code_of(found)}).url == "/accounts/2fa/recovery-codes/"
    return found


def recovery_codes(member: Member) -> list[str]:
    return Authenticator.objects.get(user=member.user, type="recovery_codes").wrap().get_unused_codes()


def test_a_log_in_asks_for_the_code_of_the_app(secret, member):
    client = Client()

    assert log_in(client, member) == "/accounts/2fa/authenticate/"
    assert client.get("/").url.startswith("/accounts/login/")
    answer = client.post("/accounts/2fa/authenticate/", {"code": recovery_codes(member)[0]})

    assert answer.url == "/"
    assert client.get("/").status_code == 200


def test_the_code_of_the_app_lets_one_in(secret, member, frozen_time):
    frozen_time.shift(60)
    client = Client()
    log_in(client, member)

    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert answer.url == "/"


def test_a_wrong_code_is_told_at_its_field(secret, member):
    client = Client()
    log_in(client, member)

    answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert answer.context["form"].errors["code"]
    assert 'id="id_code_error"' in answer.content.decode()


def test_a_recovery_code_works_once(secret, member):
    code = recovery_codes(member)[0]
    first, second = Client(), Client()
    log_in(first, member)
    log_in(second, member)

    assert first.post("/accounts/2fa/authenticate/", {"code": code}).url == "/"
    assert second.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_its_owner_is_told_by_mail(secret):
    assert "Two-step log-in is on" in [message.subject for message in mail.outbox]


def test_the_devices_that_are_in_are_listed_and_can_be_put_out(browser, member):
    other = Client(headers={"user-agent": "Another device"})
    log_in(other, member)
    assert "Another device" in browser.get("/accounts/sessions/").content.decode()

    browser.post("/accounts/sessions/")

    assert other.get("/").url.startswith("/accounts/login/")
    assert browser.get("/").status_code == 200


def test_touching_the_second_step_asks_who_it_is(browser):
    answer = browser.get("/accounts/2fa/totp/activate/")

    assert answer.url.startswith("/accounts/reauthenticate/")
    assert "Is it you?" in browser.get(answer.url).content.decode()


def test_an_answer_to_that_counts_for_five_minutes(browser, frozen_time):
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200

    frozen_time.shift(301)

    assert browser.get("/accounts/2fa/totp/activate/").status_code == 302
