from datetime import date
from decimal import Decimal

import pytest

from expenses import commitments
from expenses.commitments import Commitment
from expenses.models import Account, Occurrence, Tag
from expenses.queries import get_budgets, get_history, get_positions
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget, category, spend
from tests.factories.recurring import recurring

D = Decimal


def committed(member, on=TODAY):
    return {
        each.budget.name: each.position.committed for each in get_positions(member.business, get_budgets(member.business), on)
    }


def dealt_with(thing, on, state):
    return Occurrence.objects.create(recurring=thing, due_on=on, state=state, handled_at=NOW)


def test_what_falls_due_in_the_period_is_committed_in_it(member):
    budget(member, 100)
    recurring(member, "FREQ=WEEKLY", handled_until=date(2026, 3, 3))  # 8, 15, 22 and 29 March are ahead

    (here,) = get_positions(member.business, get_budgets(member.business), TODAY)

    assert (here.position.committed, here.position.left) == (40, 60)
    assert committed(member, date(2026, 4, 10)) == {"Food": 40}
    assert committed(member, date(2026, 2, 10)) == {"Food": 0}


def test_a_day_that_a_run_has_yet_to_come_to_is_committed_although_it_is_past(member):
    budget(member, 100)
    recurring(member)  # 1 March, and it is the 4th

    assert committed(member) == {"Food": 10}


@pytest.mark.parametrize(("state", "amount"), [("due", 10), ("posted", 0), ("skipped", 0)])
def test_of_days_dealt_with_only_those_that_wait_for_an_amount_are_committed(state, amount, member):
    budget(member, 100)
    dealt_with(recurring(member, handled_until=TODAY), date(2026, 3, 1), state)

    assert committed(member) == {"Food": amount}


def test_a_day_skipped_ahead_of_time_is_not_committed(member):
    budget(member, 100)
    dealt_with(recurring(member, "FREQ=WEEKLY", handled_until=TODAY), date(2026, 3, 15), "skipped")

    assert committed(member) == {"Food": 30}


def test_what_rests_commits_nothing_but_what_is_due_already(member):
    budget(member, 100)
    rent = recurring(member, "FREQ=WEEKLY", is_active=False, handled_until=TODAY)
    dealt_with(rent, date(2026, 3, 1), "due")

    assert committed(member) == {"Food": 10}


@pytest.mark.parametrize("kind", ["income", "refund"])
def test_incomes_and_refunds_commit_nothing(kind, member):
    budget(member, 100)
    recurring(member, kind=kind)

    assert committed(member) == {"Food": 0}


def test_a_budget_counts_what_is_committed_as_it_counts_what_is_spent(member):
    food, bank = category(member), Account.objects.create(business=member.business, name="Bank", opened_on=TODAY)
    rent = recurring(member, category=category(member, "Bread", food), account=bank, tags=["team"])
    recurring(member, name="Home", category=category(member, "Home"), amount=5)
    budget(member, 100, name="Food", category=food)
    budget(member, 100, name="Team", tag=Tag.objects.get())
    budget(member, 100, name="Bank", account=rent.account)
    budget(member, 100, name="All")
    budget(member, 100, name="Rest", category=category(member, "Rest"))

    assert committed(member) == {"All": 15, "Bank": 10, "Food": 10, "Rest": 0, "Team": 10}


def test_the_history_of_a_budget_shows_what_each_period_owes(member):
    food = budget(member, 100, carry_over="surplus")
    dealt_with(recurring(member, starts_on=date(2026, 2, 1), handled_until=TODAY), date(2026, 2, 1), "due")
    spend(member, 30, date(2026, 2, 5))

    march, february, _ = get_history(food, TODAY)

    assert (february.spent, february.committed, february.left) == (30, 10, 160)
    assert (march.carried, march.committed, march.left) == (160, 0, 260)


def test_a_threshold_counts_committed_as_spent(member):
    budget(member, 100)
    recurring(member, amount=85)

    (here,) = get_positions(member.business, get_budgets(member.business), TODAY)

    assert here.position.state == "warning"


def test_others_hand_down_what_they_know_to_be_committed(member, monkeypatch):
    orders = [Commitment(date(2026, 3, 20), D(25), category(member).pk)]
    monkeypatch.setattr(commitments, "_providers", list(commitments._providers))
    commitments.commits(lambda _business, since, until: [order for order in orders if since <= order.on <= until])
    budget(member, 100)
    recurring(member)

    assert committed(member) == {"Food": 35}
    assert committed(member, date(2026, 2, 1)) == {"Food": 0}


def test_a_provider_is_registered_once(monkeypatch):
    monkeypatch.setattr(commitments, "_providers", [])

    def nothing(_business, _since, _until):
        return []

    commitments.commits(nothing)
    commitments.commits(nothing)

    assert commitments._providers == [nothing]


def test_another_book_s_recurring_expense_is_not_ours(member, owner):
    stranger = type(member).objects.get(pk=member.pk)
    budget(member, 100)
    recurring(member)
    stranger.business = type(member.business).objects.create(name="Other", slug="other", created_at=NOW)

    assert commitments.get_commitments(stranger.business, date(2026, 1, 1), date(2026, 12, 31)) == []


@pytest.mark.parametrize("count", [1, 20])
def test_positions_cost_the_same_at_any_number_of_budgets_and_recurring_expenses(count, member, django_assert_num_queries):
    tag = Tag.objects.create(business=member.business, name="team")
    bank = Account.objects.create(business=member.business, name="Bank", opened_on=TODAY)
    for n in range(count):
        food = category(member, f"Food {n}")
        dealt_with(recurring(member, name=f"Rent {n}", category=food, tags=["team"]), date(2026, 3, 1), "due")
        spend(member, 5, what=food, tags=["team"])
        for name, about in [("category", food), ("tag", tag), ("account", bank)]:
            budget(member, 100, name=f"{name} {n}", **{name: about})
    budgets = list(get_budgets(member.business))

    with django_assert_num_queries(11):  # the tree, three of spending, moves; four of recurring expenses and two of orders
        get_positions(member.business, budgets, TODAY)
