"""Delivery through SendGrid's own SDK: what is asked of it, and what each of its answers does to a message."""

from datetime import timedelta

import pytest

from common.outbound import LEASE, MOST_ATTEMPTS
from mail import backends, delivery
from mail.models import OutboxMessage, Suppression, SuppressionReason
from mail.outbox import queue_rendered
from tests.factories import NOW, BusinessFactory
from tests.mail.stand_in import Answer, refusal

pytestmark = pytest.mark.django_db
BAD_ADDRESS = refusal(400, "Does not contain a valid address.", "personalizations.0.to.0.email")


def queue(**options) -> OutboxMessage:
    options = {"kind": "alerts", "to": "ines@shop.example", "subject": "Low: Rye loaf", "text": "3 left.", "at": NOW} | options
    return queue_rendered(html="<p>3 left.</p>", **options)


def send(message: OutboxMessage, at=NOW) -> bool:
    sent = delivery.send(message=message, at=at)
    message.refresh_from_db()
    return sent


def test_a_message_carries_what_its_events_and_its_reader_need(sendgrid):
    message = queue(unsubscribe_url="https://till.example/unsubscribe/x/")

    assert send(message)

    (asked,) = sendgrid.taken
    (person,) = asked["personalizations"]
    assert person["to"] == [{"email": "ines@shop.example"}]
    assert person["custom_args"] == {"tillbook_message": str(message.pk), "tillbook_site": "https://till.example"}
    assert person["headers"]["List-Unsubscribe"] == "<https://till.example/unsubscribe/x/>"
    assert person["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sorted(asked["categories"]) == ["alerts", "tillbook"]
    assert asked["from"] == {"email": "tillbook@shop.example", "name": "Tillbook"}
    assert [part["type"] for part in asked["content"]] == ["text/plain", "text/html"]
    assert not asked["mail_settings"]["sandbox_mode"]["enable"]
    assert not asked["tracking_settings"]["click_tracking"]["enable"]
    assert message.provider_id == "id-1"


def test_an_answer_goes_where_the_message_says(sendgrid):
    message = queue()
    message.reply_to = "buyer@shop.example"
    message.save()

    send(message)

    assert sendgrid.taken[0]["reply_to"] == {"email": "buyer@shop.example"}


def test_what_is_asked_for_has_no_way_to_end_it(sendgrid):
    send(queue(kind="security"))

    assert "List-Unsubscribe" not in sendgrid.taken[0]["personalizations"][0]["headers"]


@pytest.mark.filterwarnings("error")
def test_in_the_sandbox_sendgrid_checks_and_sends_nothing(sendgrid, settings):
    settings.SENDGRID_SANDBOX = True

    send(queue())

    assert sendgrid.taken[0]["mail_settings"]["sandbox_mode"]["enable"]


@pytest.mark.parametrize(
    ("answer", "least", "most", "attempts"),
    [
        (refusal(429, "too many requests", Retry_After="120"), 120, 150, 0),
        (refusal(429, "too many requests", Retry_After="Wed, 04 Mar 2026 10:05:00 GMT"), 300, 361, 0),
        (refusal(429, "too many requests", Retry_After="Wed, 04 Mar 2026 10:05:00"), 300, 361, 0),
        (refusal(429, "too many requests", X_RateLimit_Reset=str(int(NOW.timestamp()) + 60)), 60, 73, 0),
        (refusal(429, "too many requests", Retry_After="99999999999"), 6 * 3600, 6 * 3600 * 1.2 + 1, 0),
        (refusal(429, "too many requests", Retry_After="soon"), 10, 13, 0),
        (refusal(429, "too many requests"), 10, 13, 0),
        (refusal(500, "internal error"), 10, 13, 1),
        (refusal(503, "try later", Retry_After="600"), 600, 721, 1),
        (Answer(502, None), 60, 73, 1),
        (refusal(401, "authorization required"), 900, 1081, 0),
        (refusal(403, "The from address does not match a verified Sender Identity."), 900, 1081, 0),
        (Answer(0), 60, 73, 1),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
def test_what_may_pass_is_tried_again_when_the_service_says_so(sendgrid, answer, least, most, attempts):
    sendgrid.answers = [answer]
    message = queue()

    assert not send(message)

    wait = (message.due_at - NOW).total_seconds()
    assert least <= wait <= most
    assert (message.attempts, message.gave_up_at) == (attempts, None)
    assert message.last_error
    assert send(message, message.due_at)
    assert message.last_error == ""


@pytest.mark.parametrize(
    "answer",
    [refusal(400, "The content value must be a string", "content.0.value"), refusal(413, "too large"), Answer(400, "no")],
)
def test_what_can_never_go_is_given_up_at_once(sendgrid, answer):
    sendgrid.answers = [answer]
    message = queue()

    assert not send(message)

    assert message.gave_up_at == NOW
    assert message.last_error.startswith(f"{answer.status}: ")
    assert not Suppression.objects.exists()
    assert not send(message, NOW + timedelta(days=1))


def test_an_address_that_sendgrid_refuses_is_written_to_no_more(sendgrid):
    sendgrid.answers = [BAD_ADDRESS]
    message = queue(to="Ines@Shop.example")

    assert not send(message)

    known = Suppression.objects.get()
    assert (known.address, known.reason) == ("ines@shop.example", SuppressionReason.INVALID)
    assert known.detail == "400: Does not contain a valid address."
    assert message.gave_up_at == NOW


def test_a_suppressed_address_gets_nothing_but_what_its_owner_asks_for(sendgrid):
    Suppression.objects.create(address="ines@shop.example", reason=SuppressionReason.BOUNCED, since_at=NOW)
    news, reset = queue(to="INES@shop.example"), queue(kind="security")

    assert not send(news)
    assert send(reset)

    assert news.gave_up_at == NOW
    assert news.last_error == "Not sent: the address does not take mail."
    assert len(sendgrid.taken) == 1


def test_a_message_that_kills_its_workers_is_buried(sendgrid):
    message, at = queue(), NOW

    for _ in range(MOST_ATTEMPTS):
        assert message.claim(at=at)  # and the worker dies here
        at += LEASE

    assert not message.claim(at=at)
    assert delivery.offer_due(at=at, limit=10) == []
    message.refresh_from_db()
    assert message.gave_up_at == at
    assert sendgrid.taken == []


def test_the_last_worker_is_not_buried_while_it_works(sendgrid):
    message = queue()
    OutboxMessage.objects.update(attempts=MOST_ATTEMPTS - 1)
    message.claim(at=NOW)

    delivery.offer_due(at=NOW + LEASE / 2, limit=10)

    message.refresh_from_db()
    assert message.gave_up_at is None


def test_a_key_that_is_mended_within_three_days_loses_nothing(sendgrid):
    message, at = queue(), NOW
    while at < NOW + timedelta(days=2):
        sendgrid.answers = [refusal(401, "authorization required")]
        assert not send(message, at)
        at = message.due_at

    assert send(message, at)


def test_nobody_is_told_after_three_days(sendgrid):
    message, at = queue(), NOW
    while not message.gave_up_at:
        sendgrid.answers = [refusal(401, "authorization required")]
        send(message, at)
        at = message.due_at

    assert timedelta(days=3) <= message.gave_up_at - NOW < timedelta(days=3, hours=1)


def test_a_business_sends_so_many_messages_an_hour_and_the_rest_in_the_next(sendgrid, settings):
    settings.MAIL_PER_BUSINESS_AND_HOUR = 2
    busy, other = BusinessFactory(), BusinessFactory()
    many = [queue(business_id=busy.pk) for _ in range(3)]
    apart = [queue(business_id=busy.pk, kind="security"), queue(business_id=other.pk), queue()]

    assert [send(message) for message in many] == [True, True, False]
    assert all(send(message) for message in apart)

    held = many[2]
    assert held.attempts == 0
    assert "2 messages this hour" in held.last_error
    assert NOW + timedelta(hours=1) <= held.due_at <= NOW + timedelta(hours=1, minutes=13)
    assert send(held, held.due_at)


def test_what_waits_in_the_queue_is_not_put_there_again_each_minute(sendgrid):
    message = queue()

    assert delivery.offer_due(at=NOW, limit=10) == [message.pk]
    assert delivery.offer_due(at=NOW + timedelta(minutes=1), limit=10) == []
    assert delivery.offer_due(at=NOW + timedelta(minutes=2), limit=10) == [message.pk]


def test_a_service_that_says_nothing_is_not_waited_for_longer_than_a_claim_lasts(sendgrid, settings):
    backend = backends.PatientSendgridBackend()

    assert backend.sg.client.mail.send.timeout == settings.SENDGRID_PATIENCE < LEASE.total_seconds() / 2


def test_a_service_that_takes_a_message_and_says_nothing_is_asked_again_later(sendgrid, settings):
    settings.SENDGRID_PATIENCE = 0.1
    sendgrid.answers = [Answer(0, pause=0.3)]
    message = queue()

    assert not send(message)

    assert "timed out" in message.last_error
    assert message.due_at >= NOW + timedelta(minutes=1)
