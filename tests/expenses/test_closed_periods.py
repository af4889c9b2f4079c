import json
from datetime import date, timedelta

import pytest

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from expenses.models import Books, Expense, ExpenseKind, ExpenseState
from expenses.services.closing import (
    CannotClose,
    PeriodClosed,
    StillWaiting,
    check_open,
    close_books,
    get_closed_until,
    reopen_books,
)
from expenses.services.record import Entry, delete_expense, update_expense
from tests.factories import NOW
from tests.factories.expenses import TODAY, category, spend

FEBRUARY = date(2026, 2, 28)


@pytest.fixture
def closed(owner):
    """The books of the shop are closed up to the end of February."""
    close_books(by=owner, until=FEBRUARY, at=NOW)
    return owner


def moved_to(expense, by, day):
    return update_expense(expense=expense, by=by, entry=Entry(day, expense.amount, category(by)), at=NOW)


@pytest.mark.parametrize("kind", ExpenseKind)
def test_nothing_is_added_on_a_closed_day(closed, member, kind):
    with pytest.raises(PeriodClosed, match="closed up to 28 February 2026") as refused:
        spend(member, 5, FEBRUARY, kind=kind)

    assert refused.value.field == "spent_on"
    assert not Expense.objects.exists()


def test_the_day_after_is_open(closed, member):
    assert spend(member, 5, FEBRUARY + timedelta(days=1)).expense.pk


def test_nothing_of_a_closed_day_is_changed_or_deleted_even_by_the_owner(owner, member):
    expense = spend(member, 5, FEBRUARY).expense
    close_books(by=owner, until=FEBRUARY, at=NOW)

    with pytest.raises(PeriodClosed):
        update_expense(expense=expense, by=owner, entry=Entry(FEBRUARY, expense.amount, category(owner), note="x"), at=NOW)
    with pytest.raises(PeriodClosed):
        delete_expense(expense=expense, by=owner, at=NOW)

    assert Expense.objects.get().note == ""


def test_nothing_is_moved_into_or_out_of_it(owner, member):
    before, after = spend(member, 5, FEBRUARY).expense, spend(member, 6).expense
    close_books(by=owner, until=FEBRUARY, at=NOW)

    with pytest.raises(PeriodClosed):
        moved_to(before, member, TODAY)
    with pytest.raises(PeriodClosed):
        moved_to(after, member, FEBRUARY)

    assert set(Expense.objects.values_list("spent_on", flat=True)) == {FEBRUARY, TODAY}


def test_what_was_read_before_the_closing_does_not_matter(owner, member):
    """A long import holds a business that it read an hour ago."""
    close_books(by=owner, until=FEBRUARY, at=NOW)
    assert member.business.closed_until is None

    with pytest.raises(PeriodClosed) as refused:
        check_open(member.business, TODAY, FEBRUARY, field="moved_on")

    assert refused.value.field == "moved_on"


def test_all_days_are_checked_in_one_query(closed, django_assert_num_queries):
    days = [TODAY + timedelta(days=n) for n in range(1000)]

    with django_assert_num_queries(1):
        check_open(closed.business, *days)


def test_a_reopened_period_takes_expenses_again(closed, member):
    reopen_books(by=closed, at=NOW, reason="A bill came late")

    assert spend(member, 5, FEBRUARY).expense.pk


def test_an_earlier_day_reopens_what_lies_between(closed, member):
    close_books(by=closed, until=date(2026, 1, 31), at=NOW)

    assert spend(member, 5, FEBRUARY).expense.pk


@pytest.mark.parametrize("until", [TODAY, TODAY + timedelta(days=1)])
def test_today_and_later_days_are_never_closed(owner, until):
    with pytest.raises(CannotClose, match="before today"):
        close_books(by=owner, until=until, at=NOW)


def test_today_is_the_day_of_the_business(owner):
    """At 10 in London it is already the next day in Kiritimati."""
    owner.business.timezone = "Pacific/Kiritimati"

    close_books(by=owner, until=TODAY, at=NOW)

    assert get_closed_until(owner.business) == TODAY


def test_a_period_with_something_waiting_is_not_closed(owner, member):
    waiting = spend(member, 5, FEBRUARY).expense
    Expense.objects.filter(pk=waiting.pk).update(state=ExpenseState.WAITING)

    with pytest.raises(StillWaiting, match="1 expense waits"):
        close_books(by=owner, until=FEBRUARY, at=NOW)

    close_books(by=owner, until=FEBRUARY - timedelta(days=1), at=NOW)


def test_the_audit_tells_who_closed_and_why(closed):
    reopen_books(by=closed, at=NOW, reason="A bill came late")
    reopen_books(by=closed, at=NOW)

    shut, opened = AuditEntry.objects.filter(action__startswith="books").order_by("pk")
    assert (shut.action, json.loads(shut.after)) == ("books closed", {"closed_until": "2026-02-28"})
    assert (opened.action, json.loads(opened.before), opened.reason) == (
        "books reopened",
        {"closed_until": "2026-02-28"},
        "A bill came late",
    )


@pytest.mark.parametrize("who", ["viewer", "clerk", "member"])
def test_only_the_owner_closes_and_reopens(who, request):
    person = request.getfixturevalue(who)

    with pytest.raises(NotAllowed, match="Only owners may close or reopen the books"):
        close_books(by=person, until=FEBRUARY, at=NOW)
    with pytest.raises(NotAllowed):
        reopen_books(by=person, at=NOW)


def test_what_is_recorded_for_today_takes_no_turn_and_the_past_takes_one(member, django_assert_num_queries):
    """Nobody waits for another with today's expense: no day that is not over can be closed."""
    check_open(member.business, FEBRUARY)

    with django_assert_num_queries(1):
        check_open(member.business, TODAY)
    with django_assert_num_queries(2):
        check_open(member.business, TODAY, FEBRUARY)
    assert Books.objects.get().business_id == member.business_id


def test_towards_midnight_today_takes_a_turn_too(member, frozen_time, django_assert_num_queries):
    """A transaction that begins before midnight may end after it, when its day can be closed."""
    check_open(member.business, FEBRUARY)
    frozen_time.move_to(NOW.replace(hour=23, minute=30))

    with django_assert_num_queries(2):
        check_open(member.business, TODAY)
