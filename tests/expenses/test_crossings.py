"""Rule 12, looked at closely: told once per crossing, armed again on recovery, whatever changes the position."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert
from expenses.models import BudgetCrossing, ExpenseCategory
from expenses.services import crossings
from expenses.services.budgets import revise_budget, save_budget, set_resting
from expenses.services.categories import save_category
from expenses.services.record import Entry, delete_expense, update_expense
from expenses.services.watch import check_budgets, check_business
from tests.expenses.test_budgets import open_messages, told
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget, category, spend

D = Decimal
FEBRUARY = date(2026, 2, 10)


def change(member, wanted, **values):
    return save_budget(budget=wanted, by=member, at=NOW, values=values)


def test_the_hundredth_per_cent_is_crossed_when_exactly_met(member):
    budget(member, 100)

    spend(member, "99.99")
    spend(member, "0.01")

    assert told(member) == 2  # the eightieth with the first, the hundredth with the second
    assert open_messages(member) == ["£100.00 of £100.00: £0.00 left until 31 March."]


def test_a_limit_of_nothing_is_over_with_the_first_penny_and_fine_without(member):
    budget(member, 0)
    check_business(business=member.business, at=NOW)
    assert told(member) == 0

    spend(member, "0.01")
    spend(member, 5)

    assert told(member) == 1


def test_a_debt_carried_over_that_is_more_than_the_limit_is_told_though_nothing_was_spent(member):
    budget(member, 100, carry_over="all", starts_on=date(2026, 2, 1))

    spend(member, 250, FEBRUARY)

    assert sorted(open_messages(member)) == ["£0.00 of −£50.00: £50.00 over.", "£250.00 of £100.00: £150.00 over."]
    assert told(member) == 1


def test_refunds_above_what_was_spent_cross_nothing(member):
    budget(member, 100)

    spend(member, 500, kind="refund")

    assert (told(member), open_messages(member)) == (0, [])


def test_a_refund_arms_what_the_expense_crossed(member):
    budget(member, 100)
    spend(member, 90)

    spend(member, 20, kind="refund")
    assert open_messages(member) == []
    spend(member, 20)

    assert told(member) == 2


def test_raising_the_limit_takes_back_and_lowering_it_tells_again(member):
    food = budget(member, 100)
    spend(member, 90)

    change(member, food, amount=D(200))
    assert open_messages(member) == []
    change(member, food, amount=D(110))

    assert told(member) == 2


def test_raising_the_limit_mends_what_was_told_of_an_earlier_period_too(member):
    food = budget(member, 100)
    spend(member, 90, FEBRUARY)
    assert len(open_messages(member)) == 1

    change(member, food, amount=D(200))

    assert open_messages(member) == []
    assert not BudgetCrossing.objects.exists()


def test_a_revision_of_an_earlier_period_mends_that_one_and_no_other(member):
    food = budget(member, 100)
    spend(member, 90, FEBRUARY)

    revise_budget(budget=food, amount=D(300), on=FEBRUARY, by=member, at=NOW)
    assert open_messages(member) == []
    revise_budget(budget=food, amount=D(100), on=TODAY, by=member, at=NOW)

    assert open_messages(member) == []


def test_periods_that_are_none_any_more_take_what_was_told_with_them(member):
    food = budget(member, 100)
    spend(member, 90)

    change(member, food, starts_on=date(2026, 3, 3), amount=D(500))

    assert open_messages(member) == []
    assert not BudgetCrossing.objects.exists()


def test_other_thresholds_take_the_place_of_those_told(member):
    food = budget(member, 100)
    spend(member, 85)

    change(member, food, thresholds="90")
    assert open_messages(member) == []
    spend(member, 5)

    assert told(member) == 2


def test_an_expense_dated_to_another_month_takes_its_crossing_along(member):
    budget(member, 100)
    expense = spend(member, 90).expense

    update_expense(expense=expense, by=member, entry=Entry(FEBRUARY, D(90), category(member)), at=NOW)

    assert open_messages(member) == ["£90.00 of £100.00: £10.00 left until 28 February."]
    assert list(BudgetCrossing.objects.values_list("period_from", flat=True)) == [date(2026, 2, 1)]


def test_spending_dated_back_weighs_on_today_where_it_is_carried_over(member):
    budget(member, 100, carry_over="surplus", starts_on=date(2026, 2, 1))
    spend(member, 150)
    assert told(member) == 0

    earlier = spend(member, 60, FEBRUARY).expense
    assert open_messages(member) == ["£150.00 of £140.00: £10.00 over."]
    delete_expense(expense=earlier, by=member, at=NOW)

    assert open_messages(member) == []


def test_spending_dated_back_mends_every_later_period_that_was_told_of(member):
    budget(member, 100, carry_over="all", starts_on=date(2026, 1, 1))
    spend(member, 190, FEBRUARY)  # with January's hundred carried over: 95 %
    assert len(open_messages(member)) == 1

    spend(member, 100, date(2026, 1, 5), kind="refund")

    assert open_messages(member) == []


def test_a_budget_that_is_put_away_is_silent_and_told_anew_when_it_is_taken_up(member):
    food = budget(member, 100)
    spend(member, 90)

    set_resting(budget=food, is_resting=True, by=member, at=NOW)
    assert open_messages(member) == []
    spend(member, 1)
    check_business(business=member.business, at=NOW)
    assert told(member) == 1
    set_resting(budget=food, is_resting=False, by=member, at=NOW)

    assert told(member) == 2


def test_a_category_put_into_another_is_counted_there_at_once(member):
    home, sofa = category(member, "Home"), category(member, "Sofa")
    budget(member, 100, category=home)
    spend(member, 120, what=sofa)
    assert told(member) == 0

    sofa.parent = ExpenseCategory.objects.get(pk=home.pk)
    save_category(category=sofa, by=member, at=NOW)

    assert open_messages(member) == ["£120.00 of £100.00: £20.00 over."]


def test_an_alert_of_a_period_that_is_over_closes_after_a_week_and_is_not_told_again(member):
    budget(member, 100)
    spend(member, 90, date(2026, 3, 31))
    Alert.objects.update(raised_at=datetime(2026, 3, 31, tzinfo=UTC))

    check_business(business=member.business, at=datetime(2026, 4, 1, tzinfo=UTC))
    assert len(open_messages(member)) == 1
    check_business(business=member.business, at=datetime(2026, 4, 8, tzinfo=UTC))
    assert open_messages(member) == []
    check_budgets(business=member.business, budgets=list(member.business.budgets.all()), on=TODAY, at=NOW)

    assert told(member) == 1


def test_an_alert_of_a_period_that_goes_on_stays_open(member):
    budget(member, 100, period="yearly")
    spend(member, 90)

    check_business(business=member.business, at=NOW + timedelta(days=60))

    assert len(open_messages(member)) == 1


def test_a_crossing_told_by_another_between_two_looks_is_not_taken_back(member, monkeypatch):
    """The schedule has read where the budget stands; before it looks at what was told, a request records and tells."""
    food = budget(member, 100)
    spend(member, 70)
    read = crossings.read

    def read_and_be_overtaken(budgets):
        known = read(budgets)
        monkeypatch.setattr(crossings, "read", read)
        spend(member, 20)
        return known

    monkeypatch.setattr(crossings, "read", read_and_be_overtaken)
    check_budgets(business=member.business, budgets=[food], on=TODAY, at=NOW)
    check_business(business=member.business, at=NOW)

    assert told(member) == 1
    assert len(open_messages(member)) == 1


def test_what_another_has_armed_and_told_again_is_not_taken_back_by_one_who_looks_late(member):
    budget(member, 100)
    spend(member, 90)
    known = dict(BudgetCrossing.objects.values_list("level", "pk"))
    BudgetCrossing.objects.all().delete()
    spend(member, 1)  # told again by another

    assert crossings.fall_back(known, crossed=()) == []
    assert BudgetCrossing.objects.count() == 1


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Niue", 3), ("Pacific/Kiritimati", 5), ("Europe/London", 4)])
def test_the_schedule_checks_the_business_s_own_today(zone, day, member):
    """At 10:30 UTC on 4 March it is still the 3rd at UTC-11 and already the 5th at UTC+14."""
    member.business.timezone = zone
    member.business.save()
    budget(member, 100, period="custom", starts_on=date(2026, 3, day), ends_on=date(2026, 3, day))
    BudgetCrossing.objects.all().delete()
    spend(member, 90, date(2026, 3, day))
    Alert.objects.all().delete()
    BudgetCrossing.objects.all().delete()

    check_business(business=member.business, at=datetime(2026, 3, 4, 10, 30, tzinfo=UTC))

    assert len(open_messages(member)) == 1
