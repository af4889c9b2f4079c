from datetime import date, timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert
from common.errors import DomainError, StaleVersion
from expenses.models import Budget, Tag
from expenses.queries import get_budgets, get_positions
from expenses.services.budgets import BadBudget, BudgetNameTaken, revise_budget, save_budget
from expenses.services.record import ConfirmOverBudget, Entry, OverBudget, delete_expense, update_expense
from expenses.services.watch import check_business
from mail.models import OutboxMessage
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget, category, spend

D = Decimal


def left(member, on=TODAY):
    return {each.budget.name: each.position.left for each in get_positions(member.business, get_budgets(member.business), on)}


def told(member):
    return OutboxMessage.objects.filter(to=member.user.email, kind="alerts").count()


def open_messages(member):
    return list(Alert.objects.for_business(member.business).open().values_list("message", flat=True))


def test_a_budget_of_a_category_holds_for_all_below_it(member):
    food = category(member)
    bread = category(member, "Bread", food)
    budget(member, 100, category=food)
    budget(member, 500, name="All")
    budget(member, 20, name="Home", category=category(member, "Home"))

    spend(member, 30, what=bread)

    assert left(member) == {"Food": 70, "All": 470, "Home": 20}


def test_a_budget_of_a_tag_counts_what_is_tagged(member):
    tag = Tag.objects.create(business=member.business, name="team")
    budget(member, 100, tag=tag)

    spend(member, 30, tags=["team"])
    spend(member, 30)

    assert left(member) == {"Food": 70}


def test_a_refund_gives_back_and_an_income_counts_nothing(member):
    budget(member, 100)
    spend(member, 30)

    spend(member, 10, kind="refund")
    spend(member, 99, kind="income")

    assert left(member) == {"Food": 80}


def test_the_answer_names_every_budget_touched_in_the_period_that_holds_the_day(member):
    budget(member, 100, category=category(member))
    budget(member, 20, name="Home", category=category(member, "Home"))

    recorded = spend(member, 30, TODAY - timedelta(days=20))

    (touched,) = recorded.budgets
    assert (touched.budget.name, touched.position.period.first, touched.position.left) == ("Food", date(2026, 2, 1), 70)


def test_each_threshold_is_told_once_per_crossing(member):
    budget(member, 100)

    spend(member, 79)
    assert told(member) == 0
    spend(member, 1)
    spend(member, 5)
    check_business(business=member.business, at=NOW)
    assert told(member) == 1
    spend(member, 30)
    check_business(business=member.business, at=NOW)

    assert told(member) == 2
    assert open_messages(member) == ["£115.00 of £100.00: £15.00 over."]


def test_it_is_armed_again_when_the_position_falls_back(member):
    budget(member, 100)
    expense = spend(member, 90).expense

    update_expense(expense=expense, by=member, entry=Entry(TODAY, D(10), category(member)), at=NOW)
    assert open_messages(member) == []
    spend(member, 80)

    assert told(member) == 2


def test_a_deleted_expense_gives_the_money_back(member):
    budget(member, 100)
    expense = spend(member, 90).expense

    delete_expense(expense=expense, by=member, at=NOW)

    assert left(member) == {"Food": 100}
    assert open_messages(member) == []


def test_both_thresholds_at_once_are_one_email(member):
    budget(member, 100)

    spend(member, 150)

    assert told(member) == 1
    assert open_messages(member) == ["£150.00 of £100.00: £50.00 over."]


def test_a_resolved_alert_does_not_come_back_while_the_position_stays(member):
    budget(member, 100)
    spend(member, 90)
    Alert.objects.update(state="resolved", slot="away")

    spend(member, 1)
    check_business(business=member.business, at=NOW)

    assert told(member) == 1


def test_a_budget_that_stops_refuses_but_lets_a_manager_by_who_confirms(member, clerk):
    budget(member, 100, mode="stop")

    with pytest.raises(OverBudget, match=r"£20\.00 over"):
        spend(clerk, 120, confirmed=True)
    with pytest.raises(ConfirmOverBudget):
        spend(member, 120)
    assert left(member) == {"Food": 100}

    spend(member, 120, confirmed=True)
    assert left(member) == {"Food": -20}


def test_a_budget_that_asks_lets_anybody_by_who_confirms(clerk, member):
    budget(member, 100, mode="ask")

    with pytest.raises(ConfirmOverBudget):
        spend(clerk, 120)

    spend(clerk, 120, confirmed=True)


def test_a_revision_keeps_the_original(member):
    food = budget(member, 100)
    spend(member, 30, date(2026, 2, 5))

    revise_budget(budget=food, amount=D(50), on=TODAY, by=member, at=NOW)

    assert left(member) == {"Food": 50}
    assert left(member, date(2026, 2, 5)) == {"Food": 70}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": D("-1")}, "amount"),
        ({"amount": D("0.005")}, "amount"),
        ({"thresholds": "a lot"}, "thresholds"),
        ({"thresholds": "0"}, "thresholds"),
        ({"thresholds": "NaN"}, "thresholds"),
        ({"thresholds": "0.001"}, "thresholds"),
        ({"starts_on": date(1, 1, 1)}, "starts_on"),
        ({"period": "custom"}, "ends_on"),
        ({"ends_on": date(2025, 1, 1)}, "ends_on"),
    ],
)
def test_a_budget_that_cannot_be_is_refused_at_its_field(values, field, member):
    with pytest.raises(BadBudget) as refusal:
        budget(member, **{"amount": 100, **values})

    assert refusal.value.field == field


def test_of_two_who_read_the_same_version_of_a_budget_the_second_is_refused(member):
    budget(member, 100)
    first, second = Budget.objects.get(), Budget.objects.get()

    save_budget(budget=first, by=member, at=NOW, values={"amount": D(90)}, version=1)
    with pytest.raises(StaleVersion):
        save_budget(budget=second, by=member, at=NOW, values={"amount": D(80)}, version=1)

    assert Budget.objects.get().amount == 90


def test_names_are_used_once_and_stale_changes_are_refused(member):
    food = budget(member, 100)

    with pytest.raises(BudgetNameTaken):
        budget(member, 50)
    save_budget(budget=food, by=member, at=NOW, values={"amount": D(90)}, version=1)
    with pytest.raises(StaleVersion):
        save_budget(budget=food, by=member, at=NOW, values={"amount": D(80)}, version=1)


def test_a_clerk_changes_no_budget(clerk, member):
    food = budget(member, 100)

    with pytest.raises(DomainError, match="change budgets"):
        revise_budget(budget=food, amount=D(50), on=TODAY, by=clerk, at=NOW)


@pytest.mark.parametrize("count", [1, 20])
def test_positions_cost_the_same_for_any_number_of_budgets(count, member, django_assert_max_num_queries):
    for n in range(count):
        budget(member, 100, name=f"Budget {n}", category=category(member, f"Category {n}"))
        spend(member, 5, what=category(member, f"Category {n}"))

    with django_assert_max_num_queries(8):
        assert set(left(member).values()) == {D(95)}
