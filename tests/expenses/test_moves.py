"""Envelopes: money moved from one budget to another, in the periods that hold its day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.models import AuditEntry
from common.errors import DomainError
from expenses.models import BudgetMove
from expenses.moves import get_moves_of
from expenses.queries import get_budgets, get_positions
from expenses.services.budgets import BadBudget
from expenses.services.moves import MoreThanIsLeft, move_money
from tests.expenses.test_budgets import left, open_messages
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget, category, spend

D = Decimal


@pytest.fixture
def food(member):
    return budget(member, 100, category=category(member))


@pytest.fixture
def fun(member):
    return budget(member, 50, name="Fun", category=category(member, "Leisure"))


def move(member, source, target, amount, **options):
    return move_money(source=source, target=target, amount=D(amount), by=member, at=NOW, **{"on": TODAY, **options})


def position_of(member, wanted, on=TODAY):
    (found,) = get_positions(member.business, [wanted], on)
    return found.position


def test_what_is_moved_counts_into_both_limits_and_is_shown_apart(member, food, fun):
    move(member, food, fun, 30)

    out, into = position_of(member, food), position_of(member, fun)
    assert (out.limit, out.moved, out.set_limit, out.left) == (70, -30, 100, 70)
    assert (into.limit, into.moved, into.set_limit, into.left) == (80, 30, 50, 80)


def test_it_counts_in_no_other_period(member, food, fun):
    move(member, food, fun, 30, on=TODAY.replace(day=31))

    assert left(member) == {"Food": 70, "Fun": 80}
    assert left(member, date(2026, 4, 1)) == {"Food": 100, "Fun": 50}
    assert left(member, date(2026, 2, 28)) == {"Food": 100, "Fun": 50}


def test_it_is_carried_over_with_what_is_left(member, fun):
    food = budget(member, 100, carry_over="all", category=category(member))
    move(member, food, fun, 30, on=date(2026, 2, 10))

    assert position_of(member, food).carried == 170  # January whole, and what February had left


def test_a_move_between_a_weekly_and_a_yearly_budget_counts_in_the_week_and_in_the_year(member):
    weekly = budget(member, 20, name="Week", period="weekly", starts_on=date(2026, 3, 2))
    yearly = budget(member, 500, name="Year", period="yearly")
    move(member, yearly, weekly, 10)

    assert position_of(member, weekly).left == 30
    assert position_of(member, weekly, TODAY + timedelta(days=7)).left == 20
    assert position_of(member, yearly, date(2026, 12, 31)).left == 490


def test_more_than_is_left_is_moved_only_when_confirmed(member, food, fun):
    spend(member, 90)

    with pytest.raises(MoreThanIsLeft, match=r"Food has £10\.00 left"):
        move(member, food, fun, 11)
    assert not BudgetMove.objects.exists()

    move(member, food, fun, 10)
    move(member, food, fun, 1, confirmed=True)
    assert left(member) == {"Food": -1, "Fun": 61}


@pytest.mark.parametrize("amount", ["0", "-1", "0.005", "NaN", "1e12"])
def test_an_amount_that_cannot_be_moved_is_refused_at_its_field(amount, member, food, fun):
    with pytest.raises(BadBudget) as refusal:
        move(member, food, fun, amount, confirmed=True)

    assert refusal.value.field == "amount"


def test_money_moves_between_two_budgets(member, food):
    with pytest.raises(BadBudget, match="different"):
        move(member, food, food, 1)


@pytest.mark.parametrize("late", ["source", "target"])
def test_a_budget_without_a_period_on_that_day_gives_and_takes_nothing(late, member, food):
    spring = budget(member, 100, name="Spring", starts_on=date(2026, 4, 1))
    pair = {"source": food, "target": food} | {late: spring}

    with pytest.raises(BadBudget, match="Spring has no period"):
        move(member, pair["source"], pair["target"], 1)


def test_a_clerk_moves_nothing(clerk, member, food, fun):
    with pytest.raises(DomainError, match="change budgets"):
        move(clerk, food, fun, 1)


def test_both_budgets_keep_it_in_their_history_and_in_the_audit(member, food, fun):
    made = move(member, food, fun, 30, reason="Birthday")

    assert list(get_moves_of(food)) == list(get_moves_of(fun)) == [made]
    entries = AuditEntry.objects.filter(action__startswith="money moved").order_by("pk")
    assert [(entry.subject, entry.reason) for entry in entries] == [("Food", "Birthday"), ("Fun", "Birthday")]


def test_moving_money_in_takes_back_what_was_told_and_moving_it_out_tells(member, food, fun):
    spend(member, 110)
    assert open_messages(member) == ["£110.00 of £100.00: £10.00 over."]

    move(member, fun, food, 40)
    assert open_messages(member) == []

    move(member, food, fun, 30, confirmed=True)
    assert open_messages(member) == ["£110.00 of £110.00: £0.00 left until 31 March."]


def test_moves_cost_no_query_more_than_one_for_any_number(member, food, fun, django_assert_num_queries):
    for _ in range(5):
        move(member, food, fun, 1)

    with django_assert_num_queries(8):
        get_positions(member.business, get_budgets(member.business), TODAY)
