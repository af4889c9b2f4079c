"""From the first visit to one's own business: sign up, confirm the address, begin."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import Business, Kind, Member, User
from accounts.permissions import Role
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)  # mail leaves after the commit

NEWCOMER = {"name": "Ana Marlow", "email": "ana@shop.example", "password1": PASSWORD}
SHOP = {"kind": "retail", "name": "Marlow Street", "currency": "EUR", "country": "PT", "timezone": "Europe/Lisbon"}


def link_in(message) -> str:
    found = re.search(r"http://testserver(\S+)", message.body)
    assert found, message.body
    return found[1]


def sign_up(client: Client, **changes: str) -> str:
    client.post("/accounts/signup/", NEWCOMER | changes)
    return link_in(mail.outbox[-1])


def test_a_newcomer_signs_up_confirms_and_opens_a_shop(client):
    answer = client.post("/accounts/signup/", NEWCOMER)
    assert answer.url == "/accounts/confirm-email/"
    link = link_in(mail.outbox[0])

    assert "ana@shop.example" in client.get(link).content.decode()
    assert client.post(link).url == "/"
    assert client.get("/").url == "/start/"
    assert client.post("/start/", SHOP).url == "/"

    assert client.get("/").status_code == 200
    business = Business.objects.get()
    assert (business.name, business.currency, business.timezone, business.country) == (
        "Marlow Street",
        "EUR",
        "Europe/Lisbon",
        "PT",
    )
    member = Member.objects.select_related("user").get()
    assert (member.user.name, member.role) == ("Ana Marlow", Role.OWNER)


def test_nobody_gets_in_before_the_address_is_confirmed(client):
    sign_up(client)

    answer = client.post("/accounts/login/", {"login": "ana@shop.example", "password": PASSWORD})

    assert answer.url == "/accounts/confirm-email/"
    assert client.get("/").url.startswith("/accounts/login/")


def test_a_personal_book_opens_without_a_location(client):
    client.force_login(UserFactory(), backend="accounts.backends.MemberBackend")

    client.post("/start/", SHOP | {"kind": "personal", "name": "Home"})

    business = Business.objects.get()
    assert business.kind == Kind.PERSONAL
    assert not business.locations.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "This field is required."),
        ("currency", "XXQ", "Select a valid choice."),
        ("timezone", "Mars/Base", "Select a valid choice."),
        ("kind", "circus", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_told_at_its_field(client, field, value, sentence):
    client.force_login(UserFactory(), backend="accounts.backends.MemberBackend")

    answer = client.post("/start/", SHOP | {field: value})

    assert answer.status_code == 400
    assert sentence in answer.context["form"].errors[field][0]
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Business.objects.exists()


def test_signing_up_again_with_a_known_address_tells_only_its_owner(client):
    known = UserFactory(email="ana@shop.example")
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)

    answer = client.post("/accounts/signup/", NEWCOMER)

    assert answer.url == "/accounts/confirm-email/"
    assert mail.outbox[0].subject == "You have an account already"
    assert User.objects.count() == 1


def test_a_weak_password_is_refused_at_its_field(client):
    answer = client.post("/accounts/signup/", NEWCOMER | {"password1": "password12"})

    assert "too common" in answer.context["form"].errors["password1"][0]


def test_the_password_can_be_set_anew_by_mail(client):
    client.post(sign_up(client))
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": "ana@shop.example"})
    form = client.get(link_in(mail.outbox[-1])).url

    client.post(form, {"password1": "another long phrase", "password2": "another long phrase"})
    answer = client.post("/accounts/login/", {"login": "ana@shop.example", "password": "another long phrase"})

    assert answer.url == "/"
    assert "Your password was reset" in [message.subject for message in mail.outbox]


def test_the_address_changes_when_the_new_one_is_confirmed(client):
    client.post(sign_up(client))

    client.post("/accounts/email/", {"action_add": "", "email": "new@shop.example"})
    assert User.objects.get().email == "ana@shop.example"
    client.post(link_in(mail.outbox[-1]))

    assert User.objects.get().email == "new@shop.example"
    assert [address.email for address in EmailAddress.objects.all()] == ["new@shop.example"]


def test_log_in_is_slowed_down_after_five_wrong_passwords(client):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for _ in range(5):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong"})

    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert answer.status_code == 200
    assert "Too many failed login attempts" in str(answer.context["form"].errors)
