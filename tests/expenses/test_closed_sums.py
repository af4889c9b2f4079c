"""What ended periods came to is added up once, and is right after whatever is dated back."""

from datetime import date
from decimal import Decimal

import pytest

from alerts.models import Alert
from expenses import tasks
from expenses.closed import read
from expenses.importers.session import EntrySession
from expenses.models import Account, Budget, ClosedPeriods, ExpenseCategory, Split
from expenses.queries import get_budgets, get_history, get_positions, get_tree
from expenses.services import closed
from expenses.services.approval import approve_expenses
from expenses.services.budgets import save_budget, set_resting
from expenses.services.categories import save_category
from expenses.services.record import Entry, delete_expense, update_expense
from expenses.services.refile import Change, refile
from tests.expenses.statements import lines
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget, category, spend

D = Decimal
JANUARY, FEBRUARY = date(2026, 1, 10), date(2026, 2, 10)


@pytest.fixture
def food(member):
    """A budget that carries over, with two ended periods added up."""
    made = budget(member, 100, carry_over="all", category=category(member))
    spend(member, 30, JANUARY)
    spend(member, 40, FEBRUARY)
    close(member)
    return made


def close(member):
    """What the schedule does in two hours: a budget met for the first time is added up by the second run."""
    for _ in range(2):
        closed.add_up(business=member.business, today=TODAY)


def known(wanted):
    return read(ClosedPeriods.objects.get(budget=wanted).spent)


def carried(member, on=TODAY):
    (found,) = get_positions(member.business, get_budgets(member.business), on)
    return found.position.carried


def test_ended_periods_are_known_and_today_s_is_not(member, food):
    assert known(food) == {date(2026, 1, 1): 30, date(2026, 2, 1): 40}
    assert carried(member) == 130


def test_known_periods_are_not_read(member, food):
    ClosedPeriods.objects.update(spent='{"2026-01-01": "1", "2026-02-01": "2"}')

    assert carried(member) == 197
    assert [where.spent for where in get_history(Budget.objects.get(), TODAY)] == [0, 2, 1]


def test_an_expense_dated_back_counts_at_once_and_takes_its_period_out(member, food):
    recorded = spend(member, 5, FEBRUARY)

    assert recorded.budgets[0].position.spent == 45
    assert known(food) == {date(2026, 1, 1): 30}
    assert carried(member) == 125
    close(member)
    assert known(food) == {date(2026, 1, 1): 30, date(2026, 2, 1): 45}


def test_an_expense_of_today_touches_nothing_that_is_known(member, food):
    before = known(food)

    spend(member, 5)

    assert known(food) == before


def test_an_expense_moved_from_one_period_to_another_is_counted_once_in_the_answer(member, food):
    expense = spend(member, 20, JANUARY).expense
    close(member)

    changed = update_expense(expense=expense, by=member, entry=Entry(TODAY, D(20), category(member)), at=NOW)

    assert (changed.budgets[0].position.carried, changed.budgets[0].position.spent) == (130, 20)


def test_a_deleted_expense_of_an_ended_period_gives_its_money_back(member, food):
    expense = spend(member, 20, JANUARY).expense
    close(member)
    assert carried(member) == 110

    delete_expense(expense=expense, by=member, at=NOW)

    assert carried(member) == 130


def test_expenses_filed_anew_leave_no_sum_behind(member, food):
    expense = spend(member, 20, JANUARY).expense
    close(member)

    change = Change(expense.pk, expense.version, category(member, "Home").pk)
    refile(by=member, changes=[change], at=NOW, action="expense filed anew")

    assert carried(member) == 130


def test_another_category_or_other_days_are_added_up_afresh(member, food):
    save_budget(budget=food, by=member, at=NOW, values={"category": category(member, "Home")})
    assert carried(member) == 200

    save_budget(budget=food, by=member, at=NOW, values={"category": category(member), "starts_on": date(2026, 2, 1)})
    close(member)
    assert known(food) == {date(2026, 2, 1): 40}


def test_a_category_put_into_another_is_added_up_afresh(member, food):
    bread = category(member, "Bread")
    spend(member, 7, JANUARY, what=bread)
    close(member)
    bread.parent = ExpenseCategory.objects.get(pk=food.category_id)

    save_category(category=bread, by=member, at=NOW)

    assert carried(member) == 123


def test_a_budget_put_away_is_not_kept_up_and_not_believed(member, food):
    set_resting(budget=food, is_resting=True, by=member, at=NOW)
    ClosedPeriods.objects.update(spent='{"2026-01-01": "999"}')
    (found,) = get_positions(member.business, [Budget.objects.get()], TODAY)
    assert found.position.carried == 130

    spend(member, 5, JANUARY)
    set_resting(budget=food, is_resting=False, by=member, at=NOW)
    assert carried(member) == 125


@pytest.mark.parametrize("meanwhile", [lambda member: spend(member, 9, FEBRUARY), lambda member: move_bread_out(member)])
def test_who_added_up_before_a_change_writes_nothing(member, food, monkeypatch, meanwhile):
    bread = category(member, "Bread", category(member))
    spend(member, 1, FEBRUARY, what=bread)
    within = closed.within

    def overtaken(*args):
        added_up = within(*args)
        meanwhile(member)
        return added_up

    monkeypatch.setattr(closed, "within", overtaken)
    closed.add_up(business=member.business, today=TODAY)
    monkeypatch.undo()

    assert food.pk not in dict(ClosedPeriods.objects.filter(spent__contains="2026-02").values_list("budget", "spent"))
    assert carried(member) == 200 - sum(Split.objects.filter(category__in=below(member)).values_list("amount", flat=True))


def move_bread_out(member):
    bread = category(member, "Bread", category(member))
    bread.parent = None
    save_category(category=bread, by=member, at=NOW)


def below(member):
    return get_tree(member.business).below(category(member).pk)


def test_a_row_is_not_filled_by_the_run_that_makes_it(member, food):
    """Whoever wrote when there was none has ended by the next."""
    ClosedPeriods.objects.all().delete()

    closed.add_up(business=member.business, today=TODAY)
    assert known(food) == {}
    closed.add_up(business=member.business, today=TODAY)
    assert len(known(food)) == 2


def test_what_is_approved_counts_in_the_period_of_its_day_and_in_all_after_it(member, clerk, food):
    member.business.clerks_need_approval = True
    member.business.save()
    expenses = [spend(clerk, amount, on).expense for amount, on in ((5, JANUARY), (7, FEBRUARY))]
    close(member)
    assert carried(member) == 130

    approve_expenses(picked={expense.pk: None for expense in expenses}, by=member, at=NOW)

    assert carried(member) == 118


def test_what_is_approved_together_is_looked_at_together(member, clerk, food):
    """Without the refund of February, March would be over for a moment, and told so."""
    member.business.clerks_need_approval = True
    member.business.save()
    large = spend(clerk, 290, JANUARY).expense
    back = spend(clerk, 250, FEBRUARY, kind="refund").expense
    close(member)

    approve_expenses(picked={large.pk: None, back.pk: None}, by=member, at=NOW)

    assert carried(member) == 90
    assert Alert.objects.filter(subject_key__contains=":2026-01-01:").exists()
    assert not Alert.objects.filter(subject_key__contains=":2026-03-01:").exists()


@pytest.mark.parametrize("chunk", [1, 500])
def test_what_an_import_brings_counts_at_once_also_between_two_chunks(member, food, monkeypatch, chunk):
    budget(member, 100, name="All", carry_over="all", starts_on=date(2026, 2, 1))
    close(member)
    assert known(Budget.objects.get(name="All")) == {date(2026, 2, 1): 40}
    monkeypatch.setattr("imports.services.documents.CHUNK_DOCUMENTS", chunk)
    monkeypatch.setattr(EntrySession, "finish", lambda session: None)  # as if the worker were killed before

    lines(member, ("2026-02-03", "-7", "Shop", ""), ("2026-03-01", "-1", "Shop", ""), partial=True)

    assert known(Budget.objects.get(name="All")) == {}
    assert known(food) == {date(2026, 1, 1): 30}


def test_what_an_import_matches_counts_against_the_account_from_then_on(member):
    bank = Account.objects.create(business=member.business, name="Current", opened_on=date(2026, 1, 1))
    budget(member, 100, carry_over="all", account=bank)
    spend(member, 10, date(2026, 1, 31))
    close(member)
    assert carried(member) == 200

    assert lines(member, ("2026-02-01", "-10", "Shop", ""), match="on").changed_rows == 1

    assert carried(member) == 190


def test_the_proof_finds_nothing_and_mends_what_was_broken(member, food, caplog):
    assert closed.prove(business=member.business) == []

    ClosedPeriods.objects.update(spent='{"2026-01-01": "31"}')
    assert closed.prove(business=member.business) == [food]
    assert "wrong" in caplog.text
    assert carried(member) == 130


def test_the_schedule_adds_up_and_proves_where_there_is_something(member, food, owner, monkeypatch, caplog):
    asked = []
    monkeypatch.setattr(tasks.prove_budgets, "delay", lambda business_id: asked.append(business_id))
    ClosedPeriods.objects.update(spent="{}")

    tasks.check_budgets(business_id=member.business_id, added_later=True)
    tasks.prove_budgets_everywhere(added_later=True)
    assert known(food) == {date(2026, 1, 1): 30, date(2026, 2, 1): 40}
    assert asked == [member.business_id]

    ClosedPeriods.objects.update(spent='{"2026-01-15": "30"}')
    tasks.prove_budgets(business_id=member.business_id, added_later=True)
    assert carried(member) == 130
    assert "wrong" in caplog.text


def test_a_period_that_has_just_ended_is_taken_out_even_where_it_is_today_again(member):
    """On the 5th of March in Kiritimati it is the 3rd in Niue, and the business moves from there to here."""
    budget(member, 100, carry_over="all", category=category(member), starts_on=date(2026, 2, 5))
    for _ in range(2):
        closed.add_up(business=member.business, today=date(2026, 3, 5))
    assert known(Budget.objects.get()) == {date(2026, 2, 5): 0}
    member.business.timezone = "Pacific/Niue"
    member.business.save()
    assert member.business.local_day(NOW) == date(2026, 3, 3)

    spend(member, 60, date(2026, 3, 4))

    assert carried(member, date(2026, 3, 6)) == 40


@pytest.mark.parametrize("count", [1, 20])
def test_positions_cost_the_same_for_any_number_that_carries_over(count, member, food, django_assert_max_num_queries):
    for number in range(count):
        budget(member, 100, name=f"Carried {number}", carry_over="surplus", category=category(member))

    with django_assert_max_num_queries(9):  # budgets, revisions, known periods, tree, spending, moves, recurring, two of orders
        get_positions(member.business, get_budgets(member.business), TODAY)
