"""Mail as an owner sees it: whether it reaches anybody, a test of it, and each message of the business."""

import pytest
from django.test import Client

from accounts.models import Member
from accounts.permissions import Role
from mail.models import OutboxMessage
from mail.outbox import queue_rendered
from tests.factories import NOW, MemberFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(owner: Member) -> Client:
    return client_of(owner)


def written(member: Member, subject: str = "Tea is low: 3 left") -> OutboxMessage:
    return queue_rendered(
        kind="alerts",
        to="ana@shop.example",
        subject=subject,
        text="Tea",
        html="<p>Tea</p>",
        at=NOW,
        business_id=member.business_id,
    )


def test_says_plainly_that_mail_reaches_nobody(browser, settings):
    settings.SENDGRID_API_KEY = ""

    assert "No message reaches anybody." in browser.get("/settings/email/").content.decode()
    assert "Nobody gets email yet." in browser.get("/settings/team/").content.decode()


def test_says_from_whom_mail_is_sent_where_it_is(browser, settings):
    settings.SENDGRID_API_KEY = "SG.x"
    settings.DEFAULT_FROM_EMAIL = "Shop <shop@shop.example>"

    page = browser.get("/settings/email/").content.decode()

    assert "sent by SendGrid, from Shop &lt;shop@shop.example&gt;" in page
    assert "Nobody gets email yet." not in browser.get("/settings/team/").content.decode()


def test_only_an_owner_is_warned(member):
    assert "Nobody gets email yet." not in client_of(member).get("/settings/alerts/").content.decode()


def test_a_test_message_goes_to_the_one_who_asks(browser, owner):
    answer = browser.post("/settings/email/test/")

    message = OutboxMessage.objects.get()
    assert answer.url == "/settings/email/"
    assert (message.to, message.kind, message.business_id) == (owner.user.email, "test", owner.business_id)
    assert message.subject == f"A test message from {owner.business.name}"


def test_a_second_one_at_once_has_to_wait(browser):
    browser.post("/settings/email/test/")

    answer = browser.post("/settings/email/test/", follow=True)

    assert "One is on its way already." in answer.content.decode()
    assert OutboxMessage.objects.count() == 1


def test_the_state_of_each_message_is_told(browser, owner):
    states = {"Sent": {"sent_at": NOW}, "Not delivered": {"gave_up_at": NOW}, "Trying again": {"attempts": 2}, "Waiting": {}}
    for name, values in states.items():
        OutboxMessage.objects.filter(pk=written(owner, name).pk).update(**values)

    page = browser.get("/settings/email/").content.decode()

    for label in ["In a file", "Not delivered", "Trying again", "Waiting"]:
        assert f"</svg>{label}</span>" in page


def test_a_message_is_read_as_text_and_in_a_frame_where_nothing_runs(browser, owner):
    message = written(owner)

    page = browser.get(f"/settings/email/{message.pk}/").content.decode()
    body = browser.get(f"/settings/email/{message.pk}/body/")

    assert f'src="/settings/email/{message.pk}/body/" sandbox' in page
    assert body.content.decode() == "<p>Tea</p>"
    assert "default-src 'none'" in body["Content-Security-Policy"]
    assert "script" not in body["Content-Security-Policy"]
    assert "sandbox" in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"


def test_once_mail_is_sent_for_real_nobody_reads_it_here(browser, owner, settings):
    settings.SENDGRID_API_KEY = "SG.x"
    message = written(owner)

    assert browser.get(f"/settings/email/{message.pk}/").status_code == 404
    assert browser.get(f"/settings/email/{message.pk}/body/").status_code == 404


def test_a_message_of_another_business_is_not_there(browser):
    message = written(MemberFactory(role=Role.OWNER), "Their tea is low")

    assert "Their tea" not in browser.get("/settings/email/").content.decode()
    assert browser.get(f"/settings/email/{message.pk}/").status_code == 404
    assert browser.get(f"/settings/email/{message.pk}/body/").status_code == 404


@pytest.mark.parametrize("address", ["/settings/email/", "/settings/email/1/", "/settings/email/1/body/"])
def test_who_is_not_an_owner_reads_no_mail(member, address):
    assert client_of(member).get(address).status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_costs_two_queries_at_any_number(browser, owner, count, django_assert_num_queries):
    for _ in range(count):
        written(owner)
    browser.get("/settings/email/")

    with django_assert_num_queries(2):
        browser.get("/settings/email/")
