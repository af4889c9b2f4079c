"""The page behind the link of an invitation: who may take the seat, and when it is too late."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Invitation, Member, User
from accounts.permissions import Role
from accounts.services import team
from tests.factories import NOW, PASSWORD, MemberFactory, UserFactory
from tests.people import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_time")]


@pytest.fixture
def link(owner, monkeypatch) -> str:
    """The address in an invitation of ana@shop.example as clerk."""
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: "the-token")
    team.invite(email="ana@shop.example", role=Role.CLERK, by=owner, at=NOW)
    return "/invitations/the-token/"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.MemberBackend")
    return client


def test_the_invited_person_joins_with_one_click(link, owner):
    ana = UserFactory(email="ana@shop.example")
    client = browser_of(ana)

    assert owner.business.name in client.get(link).content.decode()
    assert client.post(link).url == "/"

    assert Member.objects.get(user=ana).role == Role.CLERK
    assert client.get("/menu/").context["business"] == owner.business


def test_a_visitor_is_shown_both_doors_and_comes_back(link):
    page = Client().get(link).content.decode()

    assert "/accounts/login/?next=%2Finvitations%2Fthe-token%2F" in page
    assert "/accounts/signup/?next=%2Finvitations%2Fthe-token%2F&amp;email=ana%40shop.example" in page


def test_who_signs_up_from_the_link_needs_no_second_proof_of_the_address(link, owner, client):
    client.get(link)

    answer = client.post(
        f"/accounts/signup/?next={link}", {"name": "Ana", "email": "ana@shop.example", "password1": PASSWORD, "next": link}
    )

    assert answer.url == link
    assert EmailAddress.objects.get().verified
    assert client.post(link).url == "/"
    assert Member.objects.get(user__email="ana@shop.example").business == owner.business


def test_who_signs_up_with_another_address_has_to_prove_it(link, client):
    client.get(link)

    answer = client.post("/accounts/signup/", {"name": "Bo", "email": "bo@shop.example", "password1": PASSWORD})

    assert answer.url == "/accounts/confirm-email/"
    assert not EmailAddress.objects.get().verified


def test_somebody_else_cannot_take_the_seat(link, owner):
    other = MemberFactory(role=Role.OWNER)
    client = client_of(other)

    assert "You are logged in as" in client.get(link).content.decode()
    answer = client.post(link)

    assert answer.status_code == 409
    assert "was sent to ana@shop.example" in answer.content.decode()
    assert not Member.objects.filter(user=other.user, business=owner.business).exists()


def test_it_works_once(link):
    ana = UserFactory(email="ana@shop.example")
    browser_of(ana).post(link)

    answer = browser_of(ana).post(link)

    assert answer.status_code == 409
    assert "no longer valid" in answer.content.decode()


def test_it_ends_after_two_weeks(link, frozen_time):
    frozen_time.shift(timedelta(days=14))

    assert Client().get(link).status_code == 409


def test_it_ends_when_it_is_withdrawn(link, owner):
    client_of(owner).post(f"/settings/team/invitations/{Invitation.objects.get().pk}/withdraw/")

    assert Client().get(link).status_code == 409


def test_a_token_that_nobody_was_given_says_so():
    answer = Client().get("/invitations/guess/")

    assert answer.status_code == 409
    assert "no longer valid" in answer.content.decode()
