from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from expenses.models import Expense, Occurrence
from expenses.services.posting import AlreadyHandled, NotItsDay, settle, skip
from expenses.upcoming import get_pending
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget
from tests.factories.recurring import open_alerts, post, posted, recurring, where

pytestmark = pytest.mark.django_db
D = Decimal
WEEK = timedelta(days=7)


def test_an_amount_settles_what_waits_and_its_alert(member):
    power = recurring(member, name="Power", is_variable=True, amount=120, tax=20)
    budget(member, 1000)
    post(member)

    done = settle(recurring=power, due_on=date(2026, 3, 1), amount=D("60.03"), by=member, at=NOW)

    assert (done.expense.amount, done.expense.tax, done.expense.spent_on) == (D("60.03"), D("10.01"), date(2026, 3, 1))
    assert where(member) == (D("60.03"), 0)
    assert open_alerts(member) == []
    assert Occurrence.objects.get().expense == done.expense


def test_what_is_settled_cannot_be_settled_again(member):
    power = recurring(member, is_variable=True)
    post(member)
    settle(recurring=power, due_on=date(2026, 3, 1), amount=D(5), by=member, at=NOW)

    with pytest.raises(AlreadyHandled, match=r"Rent of 1 March 2026 is dealt with already\."):
        settle(recurring=power, due_on=date(2026, 3, 1), amount=D(6), by=member, at=NOW)
    with pytest.raises(AlreadyHandled):
        skip(recurring=power, due_on=date(2026, 3, 1), by=member, at=NOW)

    assert Expense.objects.get().amount == 5


def test_one_day_alone_gets_another_amount_ahead_of_time(member):
    rent = recurring(member, handled_until=TODAY)

    settle(recurring=rent, due_on=date(2026, 4, 1), amount=D(12), by=member, at=NOW)
    post(member, datetime(2026, 5, 2, tzinfo=UTC))

    assert list(Expense.objects.order_by("spent_on").values_list("spent_on", "amount")) == [
        (date(2026, 4, 1), 12),
        (date(2026, 5, 1), 10),
    ]


def test_it_may_be_recorded_on_another_day_than_it_was_due(member):
    power = recurring(member, is_variable=True)
    post(member)

    done = settle(recurring=power, due_on=date(2026, 3, 1), amount=D(5), spent_on=TODAY, by=member, at=NOW)

    assert done.expense.spent_on == TODAY


def test_a_skipped_day_is_left_out_and_the_next_comes(member):
    rent = recurring(member, "FREQ=WEEKLY", handled_until=TODAY)

    skip(recurring=rent, due_on=date(2026, 3, 8), by=member, at=NOW)
    post(member, datetime(2026, 3, 16, tzinfo=UTC))

    assert posted(member) == ["2026-03-15"]
    assert AuditEntry.objects.get(action="recurring expense skipped").subject == "Rent"


def test_what_waits_can_be_skipped_and_is_not_asked_for_any_more(member):
    power = recurring(member, is_variable=True)
    post(member)

    skip(recurring=power, due_on=date(2026, 3, 1), by=member, at=NOW)

    assert open_alerts(member) == []
    assert get_pending(member.business, date(2026, 1, 1), TODAY) == []


def test_a_skipped_day_can_be_recorded_after_all(member):
    rent = recurring(member)
    skip(recurring=rent, due_on=date(2026, 3, 1), by=member, at=NOW)

    settle(recurring=rent, due_on=date(2026, 3, 1), amount=D(10), by=member, at=NOW)

    assert posted(member) == ["2026-03-01"]


@pytest.mark.parametrize("verb", [skip, lambda **day: settle(amount=D(1), **day)])
def test_only_its_own_days_can_be_dealt_with(verb, member):
    rent = recurring(member, ends_on=date(2026, 5, 31))

    for day in (date(2026, 3, 2), date(2026, 2, 1), date(2026, 6, 1)):
        with pytest.raises(NotItsDay, match=r"Rent does not fall on"):
            verb(recurring=rent, due_on=day, by=member, at=NOW)

    assert not Occurrence.objects.exists()


def test_clerks_neither_skip_nor_settle(clerk, member):
    rent = recurring(member)

    for verb in (lambda: skip(recurring=rent, due_on=TODAY, by=clerk, at=NOW),
                 lambda: settle(recurring=rent, due_on=TODAY, amount=D(1), by=clerk, at=NOW)):  # fmt: skip
        with pytest.raises(NotAllowed):
            verb()
