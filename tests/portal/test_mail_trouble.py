"""One whose address was suppressed sees it on every page, and mends it with one click."""

import pytest
from django.core import mail

from mail.models import OutboxMessage, Suppression, SuppressionReason
from mail.outbox import queue_rendered
from tests.factories import NOW
from tests.mail.stand_in import stand_in
from tests.people import client_of

BANNER = "You get no email."
PAGE = "/settings/my-mail/"


def suppress(address: str, reason: SuppressionReason = SuppressionReason.BOUNCED) -> None:
    Suppression.objects.learn(address=address, reason=reason, detail="550 unknown user", at=NOW)


def test_the_banner_stands_on_every_page_of_that_person_alone(member, owner):
    suppress(member.user.email.upper())

    assert BANNER in client_of(member).get("/alerts/").content.decode()
    assert BANNER not in client_of(owner).get("/alerts/").content.decode()


def test_the_banner_costs_no_query(logged_in, member, django_assert_num_queries):
    logged_in.get("/settings/alerts/")

    with django_assert_num_queries(2):
        logged_in.get("/settings/alerts/")
    suppress(member.user.email)
    with django_assert_num_queries(2):
        assert BANNER in logged_in.get("/settings/alerts/").content.decode()


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_the_page_says_why_and_what_to_do(viewer, reason):
    suppress(viewer.user.email, reason)

    page = client_of(viewer).get(PAGE).content.decode()

    assert "550 unknown user" in page
    assert "Write to me again" in page


def test_says_so_where_nothing_is_wrong(logged_in):
    assert "Nothing sent to you has come back." in logged_in.get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_one_click_mends_it_here_and_at_sendgrid(frozen_time, member, settings):
    suppress(member.user.email)
    browser = client_of(member)
    with stand_in() as sendgrid:
        settings.SENDGRID_API_KEY, settings.SENDGRID_HOST_URL = "SG.invented", sendgrid.url
        answer = browser.post(PAGE, follow=True)
        browser.post(PAGE)

    page = answer.content.decode()
    assert BANNER not in page
    assert "again, beginning with the next message" in page
    assert sorted(sendgrid.removed) == sorted(
        [f"/v3/suppression/{name}/{member.user.email}" for name in ("bounces", "blocks", "invalid_emails", "spam_reports")]
        + [f"/v3/asm/suppressions/global/{member.user.email}"]
    )
    queue_rendered(kind="alerts", to=member.user.email, subject="Low", text="3 left.", at=NOW)
    assert OutboxMessage.objects.get().sent_at
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_where_no_mail_service_is_none_is_asked(frozen_time, member):
    suppress(member.user.email)

    client_of(member).post(PAGE)

    assert not Suppression.objects.active().exists()
