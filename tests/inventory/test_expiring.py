"""What expires soon is told of in time, once for a batch, and once more when it has expired."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, AlertKind, AlertState, Channel
from alerts.queries import channel_for, get_channels
from alerts.services import set_preference, stop_email
from inventory.models import Batch
from inventory.services import daily
from inventory.services.batch_stock import change_date, write_off
from inventory.services.expiring import check_expiring
from inventory.services.stock import transfer_stock
from mail.models import OutboxMessage
from tests.factories import NOW, LocationFactory, MemberFactory, sell
from tests.inventory.test_batches import TODAY, line, receive

pytestmark = pytest.mark.django_db
D = Decimal


def days(count):
    return TODAY + timedelta(days=count)


def check(member, after=0):
    return check_expiring(business=member.business, at=NOW + timedelta(days=after))


def mail_of(member):
    return OutboxMessage.objects.filter(kind="alerts", to=member.user.email)


def open_ones():
    return list(Alert.objects.open().filter(kind=AlertKind.EXPIRING).values_list("subject", "message"))


def test_it_says_when_how_many_where_and_what_they_cost(member, milk):
    back = LocationFactory(business=member.business, name="Cellar")
    receive(member, milk, 5, days(3), code="L1")
    transfer_stock(by=member, lines=[line(milk, 2)], from_id=None, to_id=back.pk, at=NOW)
    type(milk).objects.update(average_cost=D(2))

    (alert,) = check(member)

    place = milk.levels.exclude(location=back).get().location
    said = f"Expires on 7 March 2026, in 3 days: 2 at Cellar, 3 at {place}. It cost £10.00."
    assert (alert.subject, alert.message) == ("Milk, batch L1", said)
    assert alert.url.endswith(f"/products/{milk.pk}/#batches")


def test_costs_that_are_hidden_are_not_told(member, milk):
    member.business.hide_costs = True
    receive(member, milk, 5, days(3))
    type(milk).objects.update(average_cost=D(2))

    (alert,) = check(member)

    assert "cost" not in alert.message


@pytest.mark.parametrize(
    ("own", "left", "told"), [(None, 14, True), (None, 15, False), (3, 4, False), (3, 3, True), (30, 30, True)]
)
def test_as_many_days_before_as_the_shop_or_the_product_says(member, milk, own, left, told):
    type(milk).objects.update(warn_days=own)
    receive(member, milk, 5, days(left))

    assert bool(check(member)) == told


def test_one_alert_for_a_batch_until_it_expires_and_then_another(member, milk):
    receive(member, milk, 5, days(2))

    assert len(check(member)) == 1
    assert check(member, after=1) == []
    assert open_ones()[0][1].startswith("Expires on 6 March 2026, tomorrow")
    (alert,) = check(member, after=3)

    assert alert.message.startswith("Expired on 6 March 2026: 5 at")
    assert len(open_ones()) == 1


def test_it_recovers_when_all_of_it_is_sold(member, milk):
    receive(member, milk, 5, days(2))
    check(member)
    sell(member, {milk: 5})

    check(member, after=1)

    assert Alert.objects.get(kind=AlertKind.EXPIRING).state == AlertState.RESOLVED


def test_it_recovers_at_once_when_it_is_written_off_or_its_day_corrected(member, milk):
    receive(member, milk, 5, days(-1), code="L1")
    receive(member, milk, 5, days(-1), code="L2")
    assert len(check(member)) == 2

    write_off(batch=Batch.objects.get(code="L1"), by=member, at=NOW)
    change_date(batch=Batch.objects.get(code="L2"), by=member, expires_on=days(90), at=NOW, reason="Misread")

    assert open_ones() == []


def test_what_is_to_expire_waits_for_the_summary_and_what_has_is_told_at_once(member, milk):
    receive(member, milk, 5, days(2))
    check(member)
    assert channel_for(member, {}, AlertKind.EXPIRING) == Channel.DIGEST
    assert not mail_of(member).exists()

    check(member, after=3)

    assert mail_of(member).get().subject == "Milk expired on 6 March 2026"


def test_who_chose_the_summary_hears_of_it_there(member, milk):
    set_preference(member=member, kind=AlertKind.EXPIRING, channel=Channel.DIGEST)
    receive(member, milk, 5, days(-1))

    check(member)

    assert not mail_of(member).exists()


def test_whoever_ends_the_email_hears_of_it_in_the_summary_only(member, milk):
    stop_email(members=[member], kinds={AlertKind.EXPIRING})
    receive(member, milk, 5, days(-1))

    check(member)

    assert not mail_of(member).exists()
    assert get_channels(member=member)[AlertKind.EXPIRING] == Channel.DIGEST


def test_each_shop_with_batches_is_looked_at_once_a_day_before_the_summary(member, milk):
    MemberFactory()  # without batches
    receive(member, milk, 5, days(2))
    early = datetime(2026, 3, 5, 5, 0, tzinfo=UTC)

    assert daily.shops_with_batches_due(at=early - timedelta(minutes=1)) == []
    assert daily.shops_with_batches_due(at=early) == [member.business.pk]
    assert daily.check_dates(business_id=member.business.pk, at=early)
    assert daily.shops_with_batches_due(at=early) == []
    assert len(open_ones()) == 1


@pytest.mark.parametrize("count", [1, 20])
def test_the_check_costs_the_same_for_any_number_of_batches(member, milk, count, django_assert_num_queries):
    for number in range(count):
        receive(member, milk, 5, days(number % 5), code=f"L{number}")
    check(member)

    with django_assert_num_queries(6):
        check(member)
