"""What leaves, what is made of each answer, and that nothing is lost or sent twice once taken."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.models import Alert, AlertKind, AlertState
from common.outbound import LEASE, MOST_ATTEMPTS, STALE
from common.retries import FIRST_WAIT
from mail.models import OutboxMessage
from tests.factories import NOW
from tests.webhooks.receiver import Answer
from webhooks import delivery as deliveries
from webhooks.models import Delivery, Endpoint, EndpointState
from webhooks.outbox import redeliver, send_test
from webhooks.services import renew_secret, resume
from webhooks.tasks import deliver_due, forget_old

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).parents[2] / "docs" / "webhooks.md"


def send(event, at=NOW):
    fresh = Delivery.objects.select_related("endpoint__business").get(pk=event.pk)
    return deliveries.send(delivery=fresh, at=at)


def guide():
    """The check that docs/webhooks.md gives to programmers."""
    found = {}
    exec(re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)[1], found)
    return found["is_genuine"]


def test_what_arrives_is_as_the_guide_says_and_its_check_takes_it(program, endpoint, event):
    assert send(event)

    ((path, headers, body),) = program.asked
    assert path == "/hook?shop=1"
    assert headers["Content-Type"] == "application/json"
    said = json.loads(body)
    assert said["id"] == headers["Tillbook-Event"] == event.event_id
    assert said["type"] == "alert.opened"
    assert said["business"] == {"id": endpoint.business_id, "name": endpoint.business.name}
    assert said["data"] == {"subject": "Rye loaf é"}
    genuine, signature = guide(), headers["Tillbook-Signature"]
    assert genuine(body, signature, endpoint.secret)
    assert not genuine(body + b" ", signature, endpoint.secret)
    assert not genuine(body, signature, "tbwh_another")
    assert not genuine(body, signature.replace("t=1", "t=2"), endpoint.secret)
    event.refresh_from_db()
    assert (event.sent_at, event.response_code, event.attempts) == (NOW, 204, 1)


def test_for_a_day_both_secrets_sign(program, owner, endpoint, event, frozen_time):
    before = endpoint.secret
    after = renew_secret(endpoint=endpoint, by=owner, at=NOW)
    assert after != before

    send(event)
    _, headers, body = program.asked[0]
    assert guide()(body, headers["Tillbook-Signature"], before)
    assert guide()(body, headers["Tillbook-Signature"], after)

    frozen_time.shift(timedelta(hours=24))
    redeliver(delivery=event, by=owner, at=NOW + timedelta(hours=24))
    send(event, at=NOW + timedelta(hours=24))
    _, headers, body = program.asked[1]
    assert not guide()(body, headers["Tillbook-Signature"], before)
    assert guide()(body, headers["Tillbook-Signature"], after)


@pytest.mark.parametrize(
    ("answer", "words", "code"),
    [
        (Answer(500), "It answered 500.", 500),
        (Answer(404), "It answered 404.", 404),
        (Answer(302, {"Location": "http://127.0.0.1:1/"}), "It answered 302. Redirects are not followed.", 302),
        (Answer(breaks=True), "The connection broke: RemoteDisconnected.", None),
        (Answer(pause=1), "No whole answer within 0.3 seconds.", None),
        (Answer(drip=0.05), "No whole answer within 0.3 seconds.", None),
    ],
)
def test_what_is_no_yes_is_tried_again_later(program, endpoint, event, settings, answer, words, code):
    settings.WEBHOOK_PATIENCE = 0.3
    program.answers = [answer]

    assert not send(event)

    event.refresh_from_db()
    endpoint.refresh_from_db()
    assert (event.last_error, event.response_code) == (words, code)
    assert FIRST_WAIT * 2 <= event.due_at - NOW <= FIRST_WAIT * 2 * 1.2
    assert event.is_waiting
    assert endpoint.failing_since == NOW
    settings.WEBHOOK_PATIENCE = 5
    assert send(event, at=event.due_at)
    assert program.bodies[0] == program.bodies[-1]
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_a_limit_is_kept_and_is_no_attempt(program, event):
    program.answers = [Answer(429, {"Retry-After": "1200"})]

    send(event)

    event.refresh_from_db()
    assert timedelta(minutes=20) <= event.due_at - NOW <= timedelta(minutes=24)
    assert event.attempts == 0


def test_nobody_listens(owner, settings, event, endpoint):
    Endpoint.objects.filter(pk=endpoint.pk).update(url="http://127.0.0.1:9/")

    assert not send(event)

    event.refresh_from_db()
    assert event.last_error == "Nobody listens there."


def test_one_that_is_gone_is_switched_off_and_its_owners_are_told(program, owner, clerk, endpoint, event):
    program.answers = [Answer(410)]

    send(event)

    endpoint.refresh_from_db()
    alert = Alert.objects.get(kind=AlertKind.WEBHOOK_OFF)
    assert endpoint.state is EndpointState.OFF
    assert alert.message == "It is told nothing more. The last answer: 410: it is gone."
    assert alert.url == f"/settings/webhooks/{endpoint.pk}/"
    assert list(OutboxMessage.objects.values_list("to", flat=True)) == [owner.user.email]  # nobody else can mend it

    resume(endpoint=endpoint, by=owner, at=NOW)
    alert.refresh_from_db()
    assert alert.state == AlertState.RESOLVED
    assert endpoint.state is EndpointState.ON


@pytest.mark.parametrize("worn", [{"attempts": MOST_ATTEMPTS - 1}, {"created_at": NOW - STALE}])
def test_after_the_last_attempt_or_three_days_it_is_given_up_and_the_webhook_switched_off(program, endpoint, event, worn):
    Delivery.objects.filter(pk=event.pk).update(**worn)
    program.answers = [Answer(500)]

    send(event)

    event.refresh_from_db()
    endpoint.refresh_from_db()
    assert event.gave_up_at == NOW
    assert endpoint.state is EndpointState.OFF
    assert Alert.objects.filter(kind=AlertKind.WEBHOOK_OFF).count() == 1


def test_one_that_fails_is_left_alone_for_a_moment_and_that_is_no_attempt(program, endpoint, event):
    second = Delivery.objects.get(pk=event.pk)
    second.pk, second.event_id = None, "evt_second"
    second.save()
    program.answers = [Answer(500)]
    send(event)

    assert not send(second)

    second.refresh_from_db()
    assert len(program.asked) == 1
    assert second.attempts == 0
    assert second.due_at >= NOW + timedelta(seconds=10)
    assert send(second, at=second.due_at)


def test_two_workers_never_send_what_one_of_them_has(program, event):
    mine, yours = (Delivery.objects.select_related("endpoint__business").get(pk=event.pk) for _ in range(2))
    assert mine.claim(at=NOW)

    assert not deliveries.send(delivery=yours, at=NOW)
    assert not deliveries.send(delivery=yours, at=NOW + LEASE - timedelta(seconds=1))

    assert program.asked == []


def test_what_was_taken_is_not_sent_again(program, event):
    assert send(event)

    assert not send(event, at=NOW + timedelta(days=1))
    assert deliveries.offer_due(at=NOW + timedelta(days=1), limit=10) == []
    assert len(program.asked) == 1


def test_a_worker_that_dies_between_the_answer_and_its_note_sends_it_once_more_under_the_same_id(program, event, monkeypatch):
    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(deliveries, "_sent", dies)
    with pytest.raises(KeyboardInterrupt):
        send(event)
    monkeypatch.undo()

    assert deliveries.offer_due(at=NOW + LEASE, limit=10) == [event.pk]
    assert send(event, at=NOW + LEASE)

    assert program.bodies[0] == program.bodies[1]


def test_the_sweep_sends_what_was_forgotten(program, event):
    deliver_due()

    event.refresh_from_db()
    assert event.sent_at == NOW


def test_a_test_is_tried_once_and_switches_nothing_off(program, owner, endpoint, django_capture_on_commit_callbacks):
    program.answers = [Answer(500)]

    with django_capture_on_commit_callbacks(execute=True):
        row = send_test(endpoint=endpoint, by=owner, at=NOW)

    row.refresh_from_db()
    endpoint.refresh_from_db()
    assert row.gave_up_at == NOW
    assert row.last_error == "It answered 500."
    assert endpoint.state is EndpointState.ON
    assert endpoint.failing_since is None


def test_the_log_is_kept_for_thirty_days(event):
    forget_old()
    assert Delivery.objects.count() == 1

    Delivery.objects.update(created_at=NOW - timedelta(days=30, seconds=1))
    forget_old()
    assert not Delivery.objects.exists()


def test_nothing_secret_is_logged_or_kept(program, endpoint, event, caplog):
    program.answers = [Answer(500)]

    send(event)

    kept = str(list(Endpoint.objects.values())) + str(list(Delivery.objects.values()))
    assert endpoint.secret not in caplog.text + kept
