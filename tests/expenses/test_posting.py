from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from audit.models import AuditEntry
from expenses import tasks
from expenses.models import Account, Expense, Occurrence, RecurringExpense
from expenses.services import posting
from expenses.services.posting import settle
from expenses.services.record import ConfirmOverBudget, delete_expense
from expenses.services.recurring import save_recurring
from expenses.upcoming import get_businesses_behind
from mail.models import OutboxMessage
from tests.factories import NOW, BusinessFactory, MemberFactory
from tests.factories.expenses import TODAY, budget
from tests.factories.recurring import open_alerts, post, posted, recurring, where

pytestmark = pytest.mark.django_db
D = Decimal
WEEK = timedelta(days=7)


def test_a_day_is_posted_with_all_that_is_known_of_it(member):
    bank = Account.objects.create(business=member.business, name="Bank", opened_on=TODAY)
    recurring(member, amount=120, tax=20, payee="Hollis", account=bank, tags=["shop"], note="Front room")

    assert post(member) == 1

    expense = Expense.objects.get()
    assert (expense.spent_on, expense.amount, expense.tax, expense.kind) == (date(2026, 3, 1), 120, 20, "expense")
    assert (expense.payee.name, expense.account, expense.note, expense.created_by) == ("Hollis", bank, "Front room", member)
    assert [tag.name for tag in expense.tags.all()] == ["shop"]
    assert Occurrence.objects.get().expense == expense
    assert AuditEntry.objects.get(action="expense added").via == "recurring"


def test_each_day_is_posted_once_however_often_it_runs(member):
    recurring(member)

    assert [post(member) for _ in range(3)] == [1, 0, 0]
    assert post(member, NOW + 5 * WEEK) == 1
    assert posted(member) == ["2026-03-01", "2026-04-01"]


def test_all_days_of_an_outage_are_posted_each_on_its_own_day(member):
    recurring(member, "FREQ=DAILY", starts_on=TODAY)
    post(member)

    assert post(member, NOW + WEEK) == 7

    assert posted(member) == [str(TODAY + timedelta(n)) for n in range(8)]
    assert RecurringExpense.objects.get().handled_until == TODAY + WEEK


def test_nothing_is_posted_before_its_first_day_nor_after_its_last(member):
    recurring(member, "FREQ=DAILY", starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 6))

    assert post(member) == 0
    assert post(member, NOW + WEEK) == 2
    assert posted(member) == ["2026-03-05", "2026-03-06"]


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", "2026-03-05"), ("Europe/London", "2026-03-04"), ("Pacific/Pago_Pago", "2026-03-04")]
)
def test_a_day_comes_when_it_begins_where_the_business_is(zone, day):
    member = MemberFactory(role="owner", business=BusinessFactory(timezone=zone))
    recurring(member, "FREQ=DAILY", starts_on=date(2026, 3, 4))

    post(member, datetime(2026, 3, 4, 11, 30, tzinfo=UTC))

    assert posted(member)[-1] == day


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"])
def test_a_year_of_hourly_runs_posts_each_day_once_through_every_change_of_the_clock(zone, monkeypatch):
    member = MemberFactory(role="owner", business=BusinessFactory(timezone=zone))
    recurring(member, "FREQ=DAILY", starts_on=date(2026, 1, 1))
    days = []
    monkeypatch.setattr(posting, "_post", lambda _recurring, day, _at: days.append(day) or True)

    for hour in range(0, 366 * 24, 6):
        at = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=hour)
        if get_businesses_behind(at):
            post(member, at)

    assert days == [date(2026, 1, 1) + timedelta(n) for n in range(len(days))]
    assert len(days) >= 365


def test_posting_moves_the_money_from_committed_to_spent(member):
    budget(member, 100)
    recurring(member)
    assert where(member) == (0, 10)

    post(member)

    assert where(member) == (10, 0)
    assert where(member, date(2026, 4, 1)) == (0, 10)


def test_an_income_comes_by_itself_too(member):
    recurring(member, kind="income")

    post(member)

    assert Expense.objects.get().kind == "income"


def test_what_varies_asks_for_its_amount_once_and_waits(member):
    budget(member, 100)
    recurring(member, name="Power", is_variable=True, amount=290)

    assert [post(member), post(member)] == [0, 0]

    assert Occurrence.objects.get().state == "due"
    assert open_alerts(member) == [("Power", "Due on 1 March 2026: say the amount, about £290.00.")]
    assert OutboxMessage.objects.filter(to=member.user.email, kind="alerts").count() == 1
    assert where(member) == (0, 290)


def test_all_that_waits_after_an_outage_is_one_email(member):
    recurring(member, "FREQ=DAILY", name="Power", is_variable=True)
    recurring(member, name="Water", is_variable=True)

    post(member)

    assert len(open_alerts(member)) == 5
    assert OutboxMessage.objects.filter(to=member.user.email, kind="alerts").count() == 1


@pytest.mark.parametrize("mode", ["ask", "stop"])
def test_a_budget_that_asks_or_stops_makes_it_wait_and_holds_up_no_other(mode, member):
    budget(member, 5, mode=mode)
    rent = recurring(member)
    recurring(member, name="Salary", kind="income")

    assert post(member) == 1

    assert [expense.kind for expense in Expense.objects.all()] == ["income"]
    assert ("Rent", "Due on 1 March 2026: This takes Food £5.00 over its limit. Confirm to record it all the same.") in (
        open_alerts(member)
    )
    assert where(member) == (0, 10)
    with pytest.raises(ConfirmOverBudget):
        settle(recurring=rent, due_on=date(2026, 3, 1), amount=D(10), by=member, at=NOW)
    settle(recurring=rent, due_on=date(2026, 3, 1), amount=D(10), by=member, at=NOW, confirmed=True)
    assert where(member) == (10, 0)


@pytest.mark.django_db(transaction=True)  # a savepoint less: Derby has one at a time
def test_a_refusal_inside_a_larger_transaction_leaves_nothing_half_done(member):
    budget(member, 5, mode="stop")
    recurring(member)

    with posting.unit_of_work():
        post(member)

    assert Occurrence.objects.get().state == "due"
    assert not Expense.objects.exists()


def test_it_goes_on_when_whoever_made_it_has_another_role_or_has_left(member):
    recurring(member)
    type(member).objects.filter(pk=member.pk).update(role="viewer", is_active=False)

    assert post(member) == 1


def test_a_posted_expense_that_is_deleted_does_not_come_back(member):
    recurring(member)
    post(member)

    delete_expense(expense=Expense.objects.get(), by=member, at=NOW)

    assert post(member, NOW + timedelta(days=1)) == 0
    assert not Expense.objects.exists()


def test_a_rule_changed_while_a_run_goes_on_is_run_again(member, monkeypatch):
    rent = recurring(member, starts_on=date(2026, 3, 2))
    found = posting._behind

    def changed_meanwhile(business, today):
        behind = found(business, today)
        save_recurring(recurring=rent, by=member, at=NOW, values={"starts_on": date(2026, 3, 3)})
        return behind

    monkeypatch.setattr(posting, "_behind", changed_meanwhile)
    post(member)

    assert RecurringExpense.objects.get().handled_until is None
    assert get_businesses_behind(NOW) == [member.business_id]


def test_only_businesses_with_a_day_to_come_to_are_asked_to_post(member, monkeypatch, owner):
    recurring(member)
    resting, done, later = (MemberFactory(role="owner") for _ in range(3))
    recurring(resting, is_active=False)
    recurring(done, handled_until=TODAY)
    recurring(later, starts_on=TODAY + timedelta(days=1))
    west = MemberFactory(role="owner", business=BusinessFactory(timezone="Pacific/Pago_Pago"))
    recurring(west, handled_until=date(2026, 3, 3))  # where it is 3 March, 23:00
    asked = []
    monkeypatch.setattr(tasks.post_recurring, "delay", lambda business_id: asked.append(business_id))

    tasks.post_recurring_everywhere(added_later=True)

    assert asked == [member.business_id]


def test_the_task_posts_what_has_fallen_due(member):
    recurring(member)

    tasks.post_recurring(business_id=member.business_id, added_later=True)

    assert posted(member) == ["2026-03-01"]


@pytest.mark.parametrize("count", [1, 20])
def test_a_run_with_nothing_to_post_costs_no_more_than_it_must(count, member, django_assert_max_num_queries):
    for n in range(count):
        recurring(member, "FREQ=YEARLY", name=f"Rent {n}", starts_on=date(2025, 5, 1), handled_until=date(2026, 3, 3))

    with django_assert_max_num_queries(6):
        post(member)
