"""An order that is late is told of once, and no more when it has come."""

from datetime import timedelta

import pytest

from alerts.models import Alert, AlertKind
from mail.models import OutboxMessage
from purchasing import tasks
from purchasing.services.end import cancel_order
from purchasing.services.overdue import check_orders, check_overdue
from tests.factories import NOW
from tests.factories.purchasing import order, receive, sent, supplier

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(days=9)  # two days after the usual seven


def open_alerts(member):
    return Alert.objects.for_business(member.business).unresolved().filter(kind=AlertKind.ORDER_OVERDUE)


def test_it_is_told_once_in_words(member):
    sent(member)
    order(member)

    for day in (LATE, LATE + timedelta(days=1)):
        check_overdue(business=member.business, at=day)

    alert = open_alerts(member).get()
    assert alert.subject == "PO-1 to Bakers & Sons"
    assert alert.message == "PO-1 was expected 2 days ago. Ask Bakers & Sons."
    assert OutboxMessage.objects.filter(kind="alerts", to=member.user.email).count() == 1


def test_what_is_due_today_is_not_late(member):
    sent(member)

    assert check_overdue(business=member.business, at=NOW + timedelta(days=7)) == []


def test_it_recovers_when_all_has_come_or_nothing_will(member):
    bakers = supplier(member)
    come, gone, part = sent(member, of=bakers), sent(member, of=bakers), sent(member, of=bakers)
    check_overdue(business=member.business, at=LATE)
    assert open_alerts(member).count() == 3

    receive(member, come, at=LATE)
    receive(member, part, 4, at=LATE)
    cancel_order(order=gone, by=member, at=LATE)

    assert list(open_alerts(member).values_list("subject_key", flat=True)) == [part.subject_key]


def test_it_runs_once_a_local_day(member):
    sent(member)

    assert [check_orders(business_id=member.business_id, at=LATE) for _ in range(2)] == [True, False]


def test_the_schedule_runs_it_where_the_morning_has_begun(member, frozen_time):
    sent(member)
    frozen_time.move_to(LATE)

    tasks.check_orders_where_due()

    assert open_alerts(member).count() == 1
