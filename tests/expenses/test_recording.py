import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.models import AuditEntry
from common.errors import DomainError, StaleVersion
from expenses.models import Account, Expense, Payee, Split, Transfer
from expenses.queries import get_alike, get_balances
from expenses.services.record import BadAmount, BadDay, Entry, Share, SplitsDoNotAddUp, delete_expense, update_expense
from tests.factories import NOW
from tests.factories.expenses import TODAY, category, spend

D = Decimal


def test_an_expense_goes_whole_to_its_category_unless_it_is_split(clerk):
    food, home = category(clerk), category(clerk, "Home")

    whole = spend(clerk, "12.50", what=food).expense
    parted = spend(clerk, "30", splits=[Share(food, D(10)), Share(home, D(20))]).expense

    assert [(s.category, s.amount) for s in whole.splits.all()] == [(food, D("12.50"))]
    assert {s.category: s.amount for s in parted.splits.all()} == {food: 10, home: 20}


def test_of_two_who_read_the_same_version_the_second_is_refused(clerk):
    spend(clerk, "5")
    first, second = Expense.objects.get(), Expense.objects.get()
    entry = Entry(spent_on=TODAY, amount=D(7), category=category(clerk))

    update_expense(expense=first, by=clerk, entry=entry, at=NOW, version=1)
    with pytest.raises(StaleVersion):
        update_expense(expense=second, by=clerk, entry=replace(entry, amount=D(9)), at=NOW, version=1)

    assert Expense.objects.get().amount == 7


def test_the_audit_tells_of_a_changed_tag(clerk):
    expense = spend(clerk, "5", tags=["team"]).expense
    entry = Entry(spent_on=TODAY, amount=D(5), category=category(clerk), tags=["lunch"])

    update_expense(expense=expense, by=clerk, entry=entry, at=NOW)

    told = AuditEntry.objects.get(action="expense changed")
    assert (json.loads(told.before), json.loads(told.after)) == ({"tags": ["team"]}, {"tags": ["lunch"]})


def test_splits_that_do_not_add_up_are_refused_and_nothing_is_written(clerk):
    with pytest.raises(SplitsDoNotAddUp):
        spend(clerk, "30", splits=[Share(category(clerk), D(10))])

    assert not Expense.objects.exists()


@pytest.mark.parametrize("amount", ["0", "-1", "0.005", "1e12", "NaN"])
def test_an_amount_that_cannot_be_is_refused(amount, clerk):
    with pytest.raises(BadAmount):
        spend(clerk, amount)


def test_a_day_before_the_books_is_refused(clerk):
    with pytest.raises(BadDay):
        spend(clerk, "5", date(1900, 1, 1))


def test_a_payee_remembers_the_last_category(clerk):
    spend(clerk, "5", payee="Fennel & Co.", what=category(clerk, "Home"))
    spend(clerk, "5", payee="Fennel & Co.")

    assert Payee.objects.get(name="Fennel & Co.").category == category(clerk)


def test_tags_are_made_once(clerk):
    first = spend(clerk, "5", tags=["#team", "team", " "]).expense
    second = spend(clerk, "5", tags=["team"]).expense

    assert list(first.tags.all()) == list(second.tags.all())


def test_the_same_amount_within_three_days_is_named_as_a_possible_duplicate(clerk):
    coffee = spend(clerk, "3.20", payee="Café").expense
    spend(clerk, "3.20", TODAY - timedelta(days=4), payee="Café")
    other = spend(clerk, "3.20", TODAY - timedelta(days=3), payee="Kiosk").expense

    again = spend(clerk, "3.20", TODAY + timedelta(days=0), payee="Café").expense

    assert get_alike(again) == [coffee, other]


def test_a_change_and_a_deletion_stay_on_record(clerk):
    expense = spend(clerk, "5").expense

    update_expense(expense=expense, by=clerk, entry=Entry(TODAY, D(7), category(clerk)), at=NOW)
    delete_expense(expense=expense, by=clerk, at=NOW)

    changed = AuditEntry.objects.get(action="expense changed")
    assert ('"amount": "5"' in changed.before, '"amount": "7"' in changed.after) == (True, True)
    assert '"amount": "7' in AuditEntry.objects.get(action="expense deleted").before
    assert not Split.objects.exists()


def test_a_clerk_changes_only_their_own(clerk, member):
    expense = spend(member, "5").expense

    with pytest.raises(DomainError, match="another person's expense"):
        delete_expense(expense=expense, by=clerk, at=NOW)


def test_a_viewer_adds_nothing(viewer):
    with pytest.raises(DomainError, match="add expenses"):
        spend(viewer, "5")


def test_a_balance_is_derived_from_what_happened(member):
    start = {"business": member.business, "opened_on": TODAY, "opening_balance": D(100)}
    cash, bank = (Account.objects.create(name=name, **start) for name in ("Cash", "Bank"))
    spend(member, "30", account=cash)
    spend(member, "5", account=cash, kind="refund")
    spend(member, "50", TODAY + timedelta(days=1), account=bank, kind="income")
    Transfer.objects.create(
        business=member.business, source=bank, target=cash, amount=D(20), moved_on=TODAY, created_by=member, created_at=NOW
    )

    assert get_balances(member.business) == {cash.pk: 95, bank.pk: 130}
    assert get_balances(member.business, until=TODAY) == {cash.pk: 95, bank.pk: 80}
