from datetime import date
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from alerts.models import Alert
from audit.models import AuditEntry
from expenses.models import BudgetCrossing, Expense, FilingRule, Payee
from expenses.services.closing import close_books
from expenses.services.record import Share
from expenses.services.refile import Change, ChangedMeanwhile, refile
from expenses.services.trial import apply_rule, try_rule
from tests.factories import NOW, MemberFactory
from tests.factories.expenses import TODAY, budget, category, rule, spend


def unsaved(member, **values):
    asked = {"payee_contains": "fennel", "category": category(member, "Home")} | values
    return FilingRule(business=member.business, name="New", **asked)


def tried(member, **values):
    return try_rule(rule=unsaved(member, **values), on=TODAY)


def filed(expense):
    fresh = Expense.objects.get(pk=expense.pk)
    return fresh.splits.get().category.name, fresh.payee and fresh.payee.name, sorted(tag.name for tag in fresh.tags.all())


def test_a_rule_is_tried_before_it_is_saved_and_changes_nothing(member):
    expense = spend(member, "5", payee="Fennel & Co", note="veg", tags=["team"]).expense
    spend(member, "6", payee="Costa")

    trial = tried(member, set_payee="Fennel", add_tags="team, food")

    (row,) = trial.rows
    assert (row.category, row.new_category, row.payee, row.new_payee) == ("Groceries", "Home", "Fennel & Co", "Fennel")
    assert (row.tags, row.new_tags) == (("team",), ("food",))
    assert (trial.matched, trial.changing) == (1, 1)
    assert filed(expense) == ("Groceries", "Fennel & Co", ["team"])


def test_what_is_filed_so_already_comes_last_and_does_not_count(member):
    spend(member, "5", payee="Fennel", what=category(member, "Home"))
    spend(member, "6", date(2026, 1, 1), payee="Fennel")

    trial = tried(member)

    assert [(row.amount, row.is_change) for row in trial.rows] == [(6, True), (5, False)]
    assert (trial.matched, trial.changing) == (2, 1)


@pytest.mark.parametrize(
    ("on", "is_seen"), [(date(2025, 3, 4), False), (date(2025, 3, 5), True), (TODAY, True), (date(2026, 3, 5), False)]
)
def test_it_looks_back_twelve_months(member, on, is_seen):
    spend(member, "5", on, payee="Fennel")

    assert tried(member).matched == is_seen


@pytest.mark.parametrize(("limits", "amounts"), [({"least": Decimal(6)}, {6, 7}), ({"most": Decimal(6)}, {5, 6})])
def test_the_database_leaves_out_other_amounts(member, limits, amounts):
    for amount in (5, 6, 7):
        spend(member, amount, payee="Fennel")

    assert {row.amount for row in tried(member, **limits).rows} == amounts


def test_a_rule_before_it_takes_its_own(member):
    spend(member, "5", payee="Fennel")
    first = rule(member, name="First", payee_contains="fen")

    assert (tried(member).matched, tried(member).taken_before) == (0, 1)
    assert try_rule(rule=first, on=TODAY).matched == 1


def test_split_expenses_and_a_closed_period_are_named_and_left(member, owner):
    food, home = category(member), category(member, "Home")
    spend(member, "12", payee="Fennel", splits=[Share(food, Decimal(10)), Share(home, Decimal(2))])
    spend(member, "5", date(2026, 1, 31), payee="Fennel")
    close_books(by=owner, until=date(2026, 1, 31), at=NOW)
    member.business.refresh_from_db()

    trial = tried(member)

    assert (trial.matched, trial.split, trial.closed) == (0, 1, 1)


def test_another_book_s_expenses_are_not_tried(member):
    spend(MemberFactory(role="owner"), "5", payee="Fennel")

    assert tried(member).matched == 0


def test_applying_files_them_and_says_so_one_by_one(member):
    expense = spend(member, "5", payee="Fennel & Co", tags=["team"]).expense
    Expense.objects.filter(pk=expense.pk).update(is_reconciled=True)
    made = rule(member, category=category(member, "Home"), set_payee="Fennel", add_tags="food")

    assert apply_rule(rule=made, by=member, at=NOW, expected=1) == 1

    assert filed(expense) == ("Home", "Fennel", ["food", "team"])
    entry = AuditEntry.objects.get(action="filed by a rule")
    assert (entry.subject_id, entry.user_id, entry.reason) == (str(expense.pk), member.user_id, "Shop")
    assert entry.before == '{"category": "Groceries", "payee": "Fennel & Co", "tags": ["team"]}'
    assert entry.after == '{"category": "Home", "payee": "Fennel", "tags": ["food", "team"]}'
    fresh = Expense.objects.get()
    assert (fresh.version, fresh.amount, fresh.spent_on, fresh.is_reconciled) == (expense.version + 1, 5, TODAY, True)
    assert Payee.objects.get(name="Fennel & Co").category.name == "Home"
    assert apply_rule(rule=made, by=member, at=NOW, expected=0) == 0


def test_the_budgets_of_before_and_after_are_checked_once(member):
    budget(member, 4, name="Food", category=category(member))
    budget(member, 4, name="House", category=category(member, "Home"))
    spend(member, "5", payee="Fennel")
    assert {one.budget.name for one in BudgetCrossing.objects.all()} == {"Food"}

    apply_rule(rule=rule(member, category=category(member, "Home")), by=member, at=NOW, expected=1)

    assert {one.budget.name for one in BudgetCrossing.objects.all()} == {"House"}
    assert set(Alert.objects.filter(state="open").values_list("subject", flat=True)) == {"House"}


def test_another_number_than_was_seen_changes_nothing(member):
    expense = spend(member, "5", payee="Fennel").expense

    with pytest.raises(ChangedMeanwhile, match="Meanwhile it is 1 expenses instead of 2"):
        apply_rule(rule=rule(member, category=category(member, "Home")), by=member, at=NOW, expected=2)

    assert filed(expense)[0] == "Groceries"


@pytest.mark.parametrize("role", ["clerk", "viewer"])
def test_only_managers_and_above_apply_a_rule(member, role):
    with pytest.raises(NotAllowed):
        apply_rule(rule=rule(member), by=MemberFactory(business=member.business, role=role), at=NOW, expected=0)


def test_what_changed_since_it_was_read_is_left_alone(member):
    expense = spend(member, "5").expense
    home = category(member, "Home").pk

    stale = Change(expense.pk, expense.version + 1, home)
    theirs = Change(spend(MemberFactory(role="owner"), "5").expense.pk, 1, home)
    unknown = Change(expense.pk, expense.version, category(MemberFactory(role="owner")).pk)

    assert refile(by=member, changes=[stale, theirs], at=NOW, action="filed") == 0
    assert refile(by=member, changes=[unknown], at=NOW, action="filed") == 0


@pytest.mark.parametrize("count", [1, 20])
def test_applying_costs_the_same_at_any_number(member, count, django_assert_max_num_queries):
    made = rule(member, category=category(member, "Home"), set_payee="F", add_tags="food")
    for n in range(count):
        spend(member, "5", payee=f"Fennel {n}")

    with django_assert_max_num_queries(34):
        apply_rule(rule=made, by=member, at=NOW, expected=count)
