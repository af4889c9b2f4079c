"""What SendGrid tells: only if it is signed, each event once, in any order."""

import itertools
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from mail import delivery, tasks
from mail.models import EventKind, MailEvent, OutboxMessage, Outcome, Suppression, SuppressionReason
from mail.outbox import queue_rendered
from mail.services import Told, record_events
from tests.factories import NOW
from tests.mail.events import PUBLIC, deliver, event, post, sign

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _key(settings):
    settings.SENDGRID_WEBHOOK_KEY = PUBLIC


@pytest.fixture
def message(db) -> OutboxMessage:
    return queue_rendered(kind="alerts", to="ines@shop.example", subject="Low", text="3 left.", at=NOW)


def test_says_what_became_of_a_message(message):
    assert deliver([event(message, "delivered", response="250 OK")]) == 204

    message.refresh_from_db()
    assert (message.outcome, message.outcome_at, message.sent_at) == (Outcome.DELIVERED, NOW, NOW)
    assert MailEvent.objects.get().detail == "250 OK"


def test_settles_what_a_worker_sent_and_could_not_write_down(message, sendgrid):
    message.claim(at=NOW)  # it sends, and is killed before it says so
    deliver([event(message, "processed")])

    assert not delivery.send(message=message, at=NOW + timedelta(days=1))
    assert sendgrid.taken == []
    message.refresh_from_db()
    assert message.provider_id == "14c5d75ce93.dfd.64b469"


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"X-Twilio-Email-Event-Webhook-Signature": "no base64"},
        {"X-Twilio-Email-Event-Webhook-Signature": ""},
        {"X-Twilio-Email-Event-Webhook-Signature": "AAAA"},
        {"X-Twilio-Email-Event-Webhook-Timestamp": "soon"},
        {"X-Twilio-Email-Event-Webhook-Timestamp": "9" * 30},
        {"X-Twilio-Email-Event-Webhook-Timestamp": "١٧٧٢٦١٨٤٠٠"},
        {"X-Twilio-Email-Event-Webhook-Timestamp": str(int(NOW.timestamp()) + 1)},
    ],
)
def test_what_sendgrid_did_not_sign_is_refused(message, forged):
    body = json.dumps([event(message, "bounce")]).encode()
    headers = sign(body) | forged if forged else {}
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}

    assert post(body, headers) == 401
    assert not MailEvent.objects.exists()


def test_a_tampered_body_is_refused(message):
    body = json.dumps([event(message, "delivered")]).encode()

    assert post(body.replace(b"delivered", b"bounce"), sign(body)) == 401
    assert post(b"\xff\xfe", sign(b"\xff\xfe")) == 401


def test_another_key_is_refused(message):
    assert deliver([event(message, "bounce")], key=ec.generate_private_key(ec.SECP256R1())) == 401


def test_without_a_key_nothing_is_taken(message, settings):
    settings.SENDGRID_WEBHOOK_KEY = ""

    assert deliver([event(message, "bounce")]) == 401


@pytest.mark.parametrize(("off", "status"), [(-11, 401), (-9, 204), (9, 204), (11, 401)])
def test_what_comes_too_late_or_too_early_is_refused(message, off, status):
    assert deliver([event(message, "delivered")], at=NOW + off * MINUTE) == status


def test_a_replay_within_the_window_changes_nothing(message):
    deliver([event(message, "bounce", reason="550 unknown")])
    Suppression.objects.all().delete()

    assert deliver([event(message, "bounce", reason="550 unknown")]) == 204

    assert MailEvent.objects.count() == 1
    assert not Suppression.objects.exists()


def test_a_body_beyond_all_measure_is_not_read(message):
    assert deliver(b"[" + b" " * (2 * 1024 * 1024) + b"]") == 413


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"7", b"[" * 100_000])
def test_what_is_no_list_of_events_is_refused(body):
    assert deliver(body) == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"sg_event_id": None},
        {"sg_event_id": "x" * 101},
        {"sg_event_id": "a\0b"},
        {"sg_event_id": "\ud800"},
        {"email": 5},
        {"email": "other@shop.example"},
        {"timestamp": "now"},
        {"timestamp": 10**30},
        {"timestamp": -1},
        {"event": "open"},
        {"event": ["bounce"]},
        {"tillbook_message": "10" * 20},
        {"tillbook_message": "\u0661"},
        {"tillbook_message": "999999"},
        {"tillbook_message": None},
        {"tillbook_site": "https://staging.till.example"},
    ],
)
def test_what_is_not_about_a_message_of_ours_is_passed_by(message, wrong):
    good = event(message, "delivered", 2)

    assert deliver([event(message, "bounce") | wrong, None, 5, good]) == 204

    assert list(MailEvent.objects.values_list("event_id", flat=True)) == ["event-2"]
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("bounce", {"type": "bounce", "reason": "550 5.1.1 unknown user"}, SuppressionReason.BOUNCED),
        ("bounce", {"type": "blocked", "reason": "421 try later"}, None),
        ("spamreport", {}, SuppressionReason.COMPLAINED),
        ("unsubscribe", {}, SuppressionReason.UNSUBSCRIBED),
        ("group_unsubscribe", {}, SuppressionReason.UNSUBSCRIBED),
        ("dropped", {"reason": "Bounced Address"}, SuppressionReason.BOUNCED),
        ("dropped", {"reason": "Spam Reporting Address"}, SuppressionReason.COMPLAINED),
        ("dropped", {"reason": "Unsubscribed Address"}, SuppressionReason.UNSUBSCRIBED),
        ("dropped", {"reason": "Invalid"}, SuppressionReason.INVALID),
        ("dropped", {"reason": "Spam Content"}, None),
        ("deferred", {"response": "450 later"}, None),
        ("delivered", {}, None),
        ("processed", {}, None),
    ],
)
def test_suppresses_the_address_only_for_what_is_final(message, kind, more, reason):
    deliver([event(message, kind, **more)])

    assert list(Suppression.objects.values_list("reason", flat=True)) == ([reason] if reason else [])
    message.refresh_from_db()
    assert message.outcome == EventKind(kind).outcome


STORY = ("processed", "deferred", "delivered", "bounce", "unsubscribe", "spamreport")


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(STORY))))[::37])
def test_any_order_comes_to_the_same(message, order):
    told = [event(message, kind, n, timestamp=int(NOW.timestamp()) + n) for n, kind in enumerate(STORY)]

    for n in order:
        deliver([told[n], told[n]])

    message.refresh_from_db()
    known = Suppression.objects.get()
    assert message.outcome == Outcome.COMPLAINED
    assert (known.reason, known.since_at) == (SuppressionReason.COMPLAINED, NOW + timedelta(seconds=5))
    assert MailEvent.objects.count() == len(STORY)


def test_two_told_of_the_same_event_at_the_same_moment(message, monkeypatch):
    told = [event(message, "bounce")]
    record_events(told=told, at=NOW)
    monkeypatch.setattr(MailEvent.objects, "filter", lambda **_: MailEvent.objects.none())  # it was not there when we looked

    assert record_events(told=told, at=NOW) == 0


def test_a_bounce_that_is_told_after_the_address_was_mended_does_not_suppress_it_again(message):
    deliver([event(message, "bounce")])
    Suppression.objects.lift(message.to, at=NOW + MINUTE)

    deliver([event(message, "bounce", 2, timestamp=int(NOW.timestamp()) + 30)])
    assert not Suppression.objects.active().exists()

    deliver([event(message, "bounce", 3, timestamp=int(NOW.timestamp()) + 90)])
    assert Suppression.objects.active().exists()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ("sg_event_id", "event", "email", "timestamp", "tillbook_message", "sg_message_id", "reason", "type")


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_whatever_is_signed_breaks_nothing(changes):
    whole = event(OutboxMessage(pk=7, to="a@b.example", kind="alerts"), "bounce")

    told = Told.read(whole | changes)

    assert told is None or isinstance(told.kind, EventKind)


def test_events_are_kept_for_a_season(message, frozen_time):
    deliver([event(message, "delivered")])
    frozen_time.shift(timedelta(days=91))

    tasks.forget_old_events()

    assert not MailEvent.objects.exists()
    assert OutboxMessage.objects.exists()


@pytest.mark.parametrize("count", [1, 20])
def test_many_cost_as_many_statements_as_one(count, django_assert_num_queries):
    many = [queue_rendered(kind="alerts", to=f"p{n}@shop.example", subject="Low", text="3 left.", at=NOW) for n in range(count)]
    OutboxMessage.objects.update(sent_at=NOW)
    told = [event(message, "delivered", sg_event_id=f"e{message.pk}") for message in many]

    with django_assert_num_queries(9):
        assert record_events(told=told, at=NOW) == count

    assert OutboxMessage.objects.filter(outcome=Outcome.DELIVERED).count() == count


def test_one_that_another_process_is_told_of_meanwhile_keeps_out_no_other(message, monkeypatch):
    other = queue_rendered(kind="alerts", to="ben@shop.example", subject="Low", text="3 left.", at=NOW)
    record_events(told=[event(message, "delivered", sg_event_id="a")], at=NOW)
    monkeypatch.setattr(MailEvent.objects, "filter", lambda **_: MailEvent.objects.none())  # it was not there when we looked

    told = [event(message, "delivered", sg_event_id="a"), event(other, "bounce", sg_event_id="b")]
    assert record_events(told=told, at=NOW) == 1

    other.refresh_from_db()
    assert (other.outcome, MailEvent.objects.count()) == (Outcome.BOUNCED, 2)
