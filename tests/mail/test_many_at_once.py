"""Many messages handed over together: in few statements, few connections, and none behind another's silence."""

import time
from datetime import timedelta

import pytest

from common.outbound import LEASE
from mail import delivery, handover
from mail.models import Attachment, OutboxMessage, Suppression, SuppressionReason
from mail.outbox import queue_rendered
from tests.factories import NOW, BusinessFactory
from tests.mail.stand_in import Answer, refusal

pytestmark = pytest.mark.django_db


def write(count, **options) -> list[int]:
    words = {"kind": "alerts", "subject": "Low", "text": "3 left.", "at": NOW} | options
    return [queue_rendered(to=f"p{n}@shop.example", **words).pk for n in range(count)]


def send(ids, clock=lambda: NOW) -> int:
    return delivery.send_all(ids=ids, clock=clock)


@pytest.mark.parametrize("count", [1, 20])
def test_many_cost_as_many_statements_as_one(sendgrid, settings, monkeypatch, count, django_assert_num_queries):
    monkeypatch.setattr(delivery, "hand_over", lambda parcels, **_: [[handover.send(parcel) for parcel in parcels]])
    shops = BusinessFactory.create_batch(count)
    ids = [pk for shop in shops for pk in write(1, business_id=shop.pk)]

    with django_assert_num_queries(18):
        assert send(ids) == count


def test_all_go_over_as_few_connections_as_are_on_their_way_at_once(sendgrid, settings):
    settings.MAIL_AT_ONCE = 3

    assert send(write(20)) == 20

    assert len(sendgrid.taken) == 20
    assert len(sendgrid.lines) <= 3


def test_one_that_is_answered_slowly_holds_up_no_other(sendgrid, settings):
    settings.MAIL_AT_ONCE = 2
    sendgrid.answers = [Answer(pause=0.5), *[Answer(pause=0.02)] * 10]
    ids, began = write(11), time.monotonic()

    assert send(ids) == 11

    assert time.monotonic() - began < 1.5
    assert len({asked["custom_args"]["tillbook_message"] for asked in _people(sendgrid)}) == 11


def test_each_of_many_is_judged_by_its_own_answer(sendgrid, settings):
    settings.MAIL_AT_ONCE = 4
    sendgrid.answers = [Answer(), refusal(500, "internal error"), refusal(413, "too large"), Answer(), Answer(0)]

    assert send(write(5)) == 2

    rows = OutboxMessage.objects
    assert rows.filter(sent_at=NOW).count() == 2
    assert rows.filter(gave_up_at=NOW, last_error__startswith="413").count() == 1
    assert rows.filter(due_at__range=(NOW + timedelta(seconds=10), NOW + timedelta(seconds=13))).count() == 1
    assert rows.filter(due_at__gte=NOW + timedelta(seconds=60)).count() == 1
    assert set(rows.filter(sent_at=NOW).values_list("provider_id", flat=True)) <= {f"id-{n}" for n in range(6)}


def test_a_service_that_forgets_a_connection_is_asked_over_another(sendgrid, settings):
    settings.MAIL_AT_ONCE = 1
    sendgrid.answers = [Answer(headers={"Connection": "close"})]

    assert send(write(2)) == 2
    assert len(sendgrid.lines) == 2


def test_what_could_be_answered_only_after_its_lease_goes_back_untouched(sendgrid, settings):
    settings.MAIL_AT_ONCE = 1
    late = NOW + LEASE - timedelta(seconds=settings.SENDGRID_PATIENCE / 2)
    first, second = ids = write(2)
    moments = [NOW, NOW, NOW]  # claimed, the first handed over, its answer kept

    assert send(ids, lambda: moments.pop() if moments else late) == 1

    assert len(sendgrid.taken) == 1
    kept = OutboxMessage.objects.get(pk=second)
    assert (kept.attempts, kept.claimed_until, kept.sent_at) == (0, late, None)
    assert OutboxMessage.objects.get(pk=first).sent_at == NOW
    assert delivery.offer_due(at=late, limit=10) == [second]


def test_what_another_worker_has_is_left_to_it(sendgrid):
    mine, other = write(2)
    OutboxMessage.objects.claim([other], at=NOW)

    assert send([mine, other]) == 1

    assert [asked["custom_args"]["tillbook_message"] for asked in _people(sendgrid)] == [str(mine)]


def test_the_hour_of_each_business_holds_among_many(sendgrid, settings):
    settings.MAIL_PER_BUSINESS_AND_HOUR = 3
    shops = BusinessFactory.create_batch(3)
    few, just, many = (write(count, business_id=shop.pk) for shop, count in zip(shops, (2, 3, 5), strict=True))

    assert send([*few, *just, *many, *write(4)]) == 2 + 3 + 3 + 4
    assert send(write(2, business_id=shops[0].pk)) == 1
    assert send(write(1, business_id=shops[1].pk)) == 0

    held = OutboxMessage.objects.filter(sent_at=None)
    assert held.count() == 2 + 1 + 1
    assert set(held.values_list("attempts", flat=True)) == {0}
    next_hour = NOW + timedelta(hours=1, minutes=13)
    assert send(list(held.values_list("pk", flat=True)), lambda: next_hour) == 4


def test_the_suppressed_among_many_get_nothing(sendgrid):
    Suppression.objects.create(address="p1@shop.example", reason=SuppressionReason.BOUNCED, since_at=NOW)

    assert send(write(3)) == 2

    assert OutboxMessage.objects.get(to="p1@shop.example").gave_up_at == NOW


def test_what_is_enclosed_goes_with_its_own_message(sendgrid):
    plain, heavy = ids = write(2)
    Attachment.objects.create(message_id=heavy, name="order.pdf", content_type="application/pdf", content="JVBERg==")

    assert send(ids) == 2

    people = [person["custom_args"]["tillbook_message"] for person in _people(sendgrid)]
    names = dict(zip(people, [asked.get("attachments") for asked in sendgrid.taken], strict=True))
    assert names[str(plain)] is None
    assert names[str(heavy)][0]["filename"] == "order.pdf"


def _people(sendgrid):
    return [asked["personalizations"][0] for asked in sendgrid.taken]
