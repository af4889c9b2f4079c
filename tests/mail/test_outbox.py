from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from common import retries
from common.outbound import LEASE, MOST_ATTEMPTS
from mail import delivery, tasks
from mail.backends import EmlFileBackend
from mail.models import OutboxMessage
from mail.outbox import queue_rendered
from tests.factories import NOW


def queue(**options) -> OutboxMessage:
    subject = "Low: \n Rye loaf"
    return queue_rendered(
        kind="test", to="ines@shop.example", subject=subject, text="Only 3 left.", html="<p>3</p>", at=NOW, **options
    )


class Provider:
    """Stands in for the mail transport: fails as often as it is told, then takes messages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int = 0) -> None:
        self.failures, self.taken = failures, 0
        monkeypatch.setattr(EmailMultiAlternatives, "send", lambda *_: self.send())

    def send(self) -> int:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no answer")
        self.taken += 1
        return 1


@pytest.mark.django_db(transaction=True)
def test_goes_out_right_after_the_commit(frozen_time):
    with transaction.atomic():
        message = queue()
        assert mail.outbox == []

    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["ines@shop.example"], "Low: Rye loaf", "Only 3 left.\n")
    assert sent.alternatives[0].content == "<p>3</p>"
    message.refresh_from_db()
    assert message.sent_at == NOW


@pytest.mark.django_db(transaction=True)
def test_is_gone_with_its_cause(frozen_time):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_broken_queue_loses_nothing_and_fails_nobody(frozen_time, monkeypatch):
    def broken(**_):
        raise ConnectionError

    monkeypatch.setattr(tasks.deliver_all, "delay", broken)
    with transaction.atomic():
        queue()
    monkeypatch.undo()

    tasks.deliver_due()

    assert len(mail.outbox) == 1


def test_only_one_worker_claims_a_message(db):
    message = queue()

    assert message.claim(at=NOW)
    assert not message.claim(at=NOW)
    assert not OutboxMessage.objects.due(at=NOW).exists()


def test_a_worker_that_died_is_relieved_when_its_lease_is_over(db, monkeypatch):
    provider, message = Provider(monkeypatch), queue()
    message.claim(at=NOW)  # and is killed here

    assert not delivery.send(message=message, at=NOW + LEASE - timedelta(seconds=1))
    assert delivery.send(message=message, at=NOW + LEASE)
    assert provider.taken == 1


def test_is_tried_again_later_and_sent_once(db, monkeypatch):
    provider, message = Provider(monkeypatch, failures=2), queue()
    at = NOW

    while not delivery.send(message=message, at=at):
        message.refresh_from_db()
        assert message.due_at > at
        assert "no answer" in message.last_error
        at = message.due_at

    assert not delivery.send(message=message, at=at + timedelta(days=1))
    assert provider.taken == 1


def test_gives_up_in_the_end(db, monkeypatch):
    Provider(monkeypatch, failures=99)
    message, at = queue(), NOW

    for _ in range(MOST_ATTEMPTS):
        delivery.send(message=message, at=at)
        message.refresh_from_db()
        at = message.due_at

    assert message.gave_up_at
    assert not OutboxMessage.objects.due(at=at + timedelta(days=99)).exists()


def test_waits_longer_each_time_but_never_over_a_working_day():
    waits = [retries.back_off(n) for n in range(1, 15)]

    assert timedelta(seconds=10) <= waits[0] < timedelta(seconds=13)
    assert waits[3] > waits[0]
    assert max(waits) <= retries.LONGEST_WAIT * 1.2


def test_without_a_provider_each_message_is_a_file_that_mail_programs_open(settings, tmp_path):
    settings.EMAIL_FILES_DIR = tmp_path / "mail"
    backend = EmlFileBackend()

    EmailMultiAlternatives("Low: Rye loaf", "Only 3 left: £5", "shop@x.example", ["ines@shop.example"], connection=backend).send()

    (file,) = (tmp_path / "mail").glob("*.eml")
    assert b"Subject: Low: Rye loaf" in file.read_bytes()


def test_a_worker_that_came_too_late_does_not_take_the_message_from_another(db, monkeypatch):
    message = queue()

    def slow(*_):
        OutboxMessage.objects.filter(pk=message.pk).update(claimed_until=NOW + 3 * LEASE)  # the next worker's claim
        raise ConnectionError

    monkeypatch.setattr(EmailMultiAlternatives, "send", slow)

    delivery.send(message=message, at=NOW)

    message.refresh_from_db()
    assert message.claimed_until == NOW + 3 * LEASE
    assert not message.try_again(at=NOW)
