import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from alerts.models import Alert, AlertKind, AlertState
from audit.models import AuditEntry
from expenses.models import Account, Expense, ExpenseState
from expenses.queries import get_balances, get_expenses_of, get_positions
from expenses.services.approval import (
    AlreadyDecided,
    ChangedMeanwhile,
    NothingPicked,
    NotYourOwn,
    approve_expenses,
    refuse_expenses,
)
from expenses.services.closing import PeriodClosed
from expenses.services.record import ConfirmOverBudget, Entry, OverBudget, delete_expense, update_expense
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category, spend

D = Decimal
WAITING, POSTED = ExpenseState.WAITING, ExpenseState.POSTED


def approve(by, *expenses, version=None):
    return approve_expenses(picked=dict.fromkeys((expense.pk for expense in expenses), version), by=by, at=NOW)


def refuse(by, *expenses, reason="No receipt"):
    return refuse_expenses(picked=dict.fromkeys(expense.pk for expense in expenses), reason=reason, by=by, at=NOW)


def state_of(expense):
    return Expense.objects.get(pk=expense.pk).state


def left_of(food):
    return get_positions(food.business, [food], TODAY)[0].position.left


def open_alerts(business):
    return Alert.objects.for_business(business).unresolved().filter(kind=AlertKind.APPROVAL)


def limit(business, amount):
    business.approve_above = D(amount)
    business.save()


@pytest.mark.parametrize(("who", "state"), [("clerk", WAITING), ("member", POSTED), ("owner", POSTED)])
def test_what_a_clerk_enters_waits(who, state, request):
    assert spend(request.getfixturevalue(who), 5).expense.state == state


def test_a_shop_may_trust_its_clerks(clerk):
    clerk.business.clerks_need_approval = False

    assert spend(clerk, 5).expense.state == POSTED


@pytest.mark.parametrize(
    ("who", "amount", "state"),
    [("member", "100", POSTED), ("member", "100.01", WAITING), ("owner", "100.01", POSTED), ("clerk", "100.01", WAITING)],
)
def test_what_is_above_the_limit_waits_unless_an_owner_enters_it(who, amount, state, request):
    by = request.getfixturevalue(who)
    by.business.clerks_need_approval, by.business.approve_above = False, D(100)

    assert spend(by, amount).expense.state == state


@pytest.mark.parametrize("role", ["clerk", "manager", "owner"])
def test_a_personal_book_never_waits(role, db):
    person = MemberFactory(role=role, business__kind="personal", business__approve_above=D(1))

    assert spend(person, 100).expense.state == POSTED


def test_what_waits_counts_nowhere_until_it_is_approved(clerk, member):
    cash = Account.objects.create(business=member.business, name="Cash", opened_on=TODAY)
    food = budget(member, 100)
    expense = spend(clerk, 30, account=cash).expense
    period = food.schedule.holding(TODAY)
    assert (left_of(food), get_balances(member.business)[cash.pk], list(get_expenses_of(food, period))) == (100, 0, [])

    approve(member, expense)

    assert (left_of(food), get_balances(member.business)[cash.pk]) == (70, -30)
    assert list(get_expenses_of(food, period)) == [expense]
    kept = Expense.objects.get()
    assert (kept.state, kept.approved_by, kept.approved_at) == (POSTED, member, NOW)


def test_an_income_that_waits_is_no_spending_when_it_is_approved(clerk, member):
    food = budget(member, 100)
    income = spend(clerk, 30, kind="income").expense

    approve(member, income)

    assert (left_of(food), income.splits.get().is_spending) == (100, False)


def test_approving_tells_of_the_budget_that_it_crosses(clerk, member):
    food = budget(member, 100, thresholds="80")
    expense = spend(clerk, 90).expense
    assert not Alert.objects.filter(kind=AlertKind.BUDGET).exists()

    approve(member, expense)

    assert Alert.objects.get(kind=AlertKind.BUDGET).subject == food.name


@pytest.mark.parametrize(("mode", "refusal"), [("stop", OverBudget), ("ask", ConfirmOverBudget)])
def test_waiting_is_no_way_around_a_budget_that_stops_or_asks(mode, refusal, clerk, member):
    budget(member, 100, mode=mode)
    spend(member, 60)

    with pytest.raises(refusal):
        spend(clerk, 50)
    assert spend(clerk, 40).expense.state == WAITING


@pytest.mark.parametrize("who", ["viewer", "clerk"])
def test_only_managers_and_above_approve_and_refuse(who, request, clerk):
    expense, person = spend(clerk, 5).expense, request.getfixturevalue(who)

    with pytest.raises(NotAllowed, match="Only managers and above may approve expenses"):
        approve(person, expense)
    with pytest.raises(NotAllowed):
        refuse(person, expense)

    assert state_of(expense) == WAITING


def test_a_manager_approves_not_their_own_but_another_s(member, clerk):
    limit(member.business, 100)
    expense, other = spend(member, 200).expense, MemberFactory(business=member.business, role="manager")

    with pytest.raises(NotYourOwn):
        approve(member, expense)
    assert state_of(expense) == WAITING

    approve(other, expense)
    assert state_of(expense) == POSTED


def test_an_owner_approves_their_own(owner):
    expense = spend(owner, 5).expense
    Expense.objects.update(state=WAITING)

    approve(owner, expense)

    assert state_of(expense) == POSTED


def test_of_two_who_decide_the_second_is_told(clerk, member, owner):
    expense = spend(clerk, 5).expense
    approve(member, expense)

    for decide in (approve, refuse):
        with pytest.raises(AlreadyDecided):
            decide(owner, expense)

    assert AuditEntry.objects.filter(action="expense approved").count() == 1


def test_what_changed_after_it_was_looked_at_is_not_approved(clerk, member):
    expense = spend(clerk, 5).expense
    seen = expense.version
    update_expense(expense=expense, by=clerk, entry=Entry(TODAY, D(500), category(clerk)), at=NOW)

    with pytest.raises(ChangedMeanwhile):
        approve(member, expense, version=seen)

    assert state_of(expense) == WAITING


def test_many_are_approved_together_or_not_at_all(clerk, member):
    first, second = spend(clerk, 5).expense, spend(clerk, 6).expense
    approve(member, first)
    third = spend(clerk, 7, TODAY - timedelta(days=40)).expense

    with pytest.raises(AlreadyDecided):
        approve(member, first, second)
    assert state_of(second) == WAITING

    approve(member, second, third)
    assert {state_of(second), state_of(third)} == {POSTED}


def test_another_shop_s_expense_is_not_approved(clerk):
    stranger, expense = MemberFactory(role="owner"), spend(clerk, 5).expense

    with pytest.raises(AlreadyDecided):
        approve(stranger, expense)

    assert state_of(expense) == WAITING


def test_something_must_be_picked(member):
    with pytest.raises(NothingPicked):
        approve(member)


def test_nothing_is_decided_in_a_closed_period(clerk, member):
    expense = spend(clerk, 5, date(2026, 2, 1)).expense
    member.business.closed_until = date(2026, 2, 28)
    member.business.save()

    for decide in (approve, refuse):
        with pytest.raises(PeriodClosed):
            decide(member, expense)


def test_a_clerk_s_change_of_what_was_approved_waits_again(clerk, member):
    food = budget(member, 100)
    expense = spend(clerk, 5).expense
    approve(member, expense)
    expense = Expense.objects.get()

    update_expense(expense=expense, by=clerk, entry=Entry(TODAY, D(50), category(clerk)), at=NOW)

    kept = Expense.objects.get()
    assert (kept.state, kept.approved_by, kept.approved_at) == (WAITING, None, None)
    assert left_of(food) == 100
    assert open_alerts(member.business).count() == 1


def test_a_manager_s_change_approves_nothing(clerk, member):
    expense = spend(clerk, 5).expense

    update_expense(expense=expense, by=member, entry=Entry(TODAY, D(6), category(member)), at=NOW)

    assert state_of(expense) == WAITING


def test_a_clerk_takes_back_what_waits_but_not_what_was_approved(clerk, member):
    waiting, approved = spend(clerk, 5).expense, spend(clerk, 6).expense
    approve(member, approved)

    delete_expense(expense=waiting, by=clerk, at=NOW)
    with pytest.raises(NotAllowed):
        delete_expense(expense=Expense.objects.get(), by=clerk, at=NOW)

    assert Expense.objects.get() == approved
    assert not open_alerts(member.business).exists()


@pytest.mark.parametrize("decide", [approve, refuse])
def test_its_alert_is_resolved_when_it_is_decided(decide, clerk, member):
    expense, other = spend(clerk, 5).expense, spend(clerk, 6).expense

    decide(member, expense)

    assert Alert.objects.filter(state=AlertState.RESOLVED).count() == 1
    assert open_alerts(member.business).get().subject_key == f"expense:{other.pk}"


def test_the_audit_tells_who_approved(clerk, member):
    approve(member, spend(clerk, 5).expense)

    told = AuditEntry.objects.get(action="expense approved")
    assert (told.user_id, json.loads(told.before), json.loads(told.after)) == (
        member.user_id,
        {"state": "waiting"},
        {"state": "posted"},
    )
