import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.history import any_amounts
from audit.models import AuditEntry
from common.errors import DomainError, StaleVersion
from expenses.models import Account, Expense, ExpenseState, Reconciliation
from expenses.queries import get_balances, get_net_worth
from expenses.services.accounts import AccountNameTaken, BadAccount, OpeningIsReconciled, save_account
from tests.factories import NOW
from tests.factories.expenses import TODAY, spend
from tests.factories.money import OPENED, account, transfer

D = Decimal


def change(account, by, *, version=None, **values):
    return save_account(account=account, by=by, at=NOW, values=values, version=version)


def test_an_account_is_opened_and_changed_on_record(member):
    bank = account(member, "Bank", "250.50", kind="bank")

    change(bank, member, name="Current account")

    assert (bank.name, bank.opening_balance, bank.version) == ("Current account", D("250.50"), 2)
    told = AuditEntry.objects.get(action="account changed")
    assert (json.loads(told.before), json.loads(told.after)) == ({"name": "Bank"}, {"name": "Current account"})


def test_a_name_is_given_once(member):
    account(member, "Bank")

    with pytest.raises(AccountNameTaken, match="an account called Bank"):
        account(member, "Bank")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("opening_balance", D("0.005")),
        ("opening_balance", D("1e12")),
        ("opening_balance", D("NaN")),
        ("opened_on", date(1900, 1, 1)),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field, value, member):
    with pytest.raises(DomainError) as refusal:
        account(member, **{field: value} if field != "opening_balance" else {"opening": value})

    assert refusal.value.field == field
    assert not Account.objects.exists()


def test_a_card_may_begin_with_a_debt(member):
    card = account(member, "Card", "-120", kind="card")

    assert get_balances(member.business) == {card.pk: -120}


def test_a_clerk_changes_no_account(clerk):
    with pytest.raises(DomainError, match="change accounts"):
        save_account(account=Account(business=clerk.business), by=clerk, at=NOW, values={"name": "Mine", "opened_on": TODAY})


def test_of_two_who_read_the_same_version_the_second_is_refused(member):
    bank = account(member)
    change(bank, member, name="First", version=1)

    with pytest.raises(StaleVersion):
        change(bank, member, name="Second", version=1)


def test_a_closed_account_keeps_its_history_and_its_money(member):
    bank = account(member, "Bank", 100)
    spend(member, 30, account=bank)

    change(bank, member, is_active=False)

    assert get_balances(member.business) == {bank.pk: 70}
    assert Account.objects.for_business(member.business).active().count() == 0


def test_the_opening_balance_stays_once_it_agreed_with_a_statement(member):
    bank = account(member, "Bank", 100)
    Reconciliation.objects.create(
        business=member.business, account=bank, statement_on=TODAY, balance=100, done_by=member, done_at=NOW
    )

    with pytest.raises(OpeningIsReconciled) as refusal:
        change(bank, member, opening_balance=D(90))

    assert refusal.value.field == "opening_balance"
    assert change(Account.objects.get(), member, name="Main").name == "Main"


def test_what_waits_for_approval_counts_on_no_account(member):
    bank = account(member, "Bank", 100)
    spend(member, 30, account=bank)
    Expense.objects.update(state=ExpenseState.WAITING)

    assert get_balances(member.business) == {bank.pk: 100}


def test_a_balance_of_a_day_holds_what_happened_until_then(member):
    bank, cash = account(member, "Bank", 100), account(member, "Cash", 20, opened_on=TODAY)
    spend(member, 30, TODAY - timedelta(days=1), account=bank)
    transfer(member, bank, cash, 10)

    assert get_balances(member.business, until=OPENED - timedelta(days=1)) == {bank.pk: 0, cash.pk: 0}
    assert get_balances(member.business, until=TODAY - timedelta(days=1)) == {bank.pk: 70, cash.pk: 0}
    assert get_balances(member.business, until=TODAY) == {bank.pk: 60, cash.pk: 30}
    assert get_net_worth(member.business, TODAY) == 90


@pytest.mark.parametrize("count", [1, 20])
def test_balances_cost_three_queries_whatever_there_is(count, member, django_assert_num_queries):
    accounts = [account(member, f"Account {n}", 5) for n in range(count + 1)]
    for each in accounts[1:]:
        spend(member, 1, account=each)
        transfer(member, accounts[0], each, 1)

    with django_assert_num_queries(3):
        balances = get_balances(member.business)

    assert balances[accounts[0].pk] == 5 - count


def test_a_book_with_money_in_it_keeps_its_currency(member):
    assert not any_amounts(member.business)

    account(member, "Bank", 5)

    assert any_amounts(member.business)


def test_a_bad_balance_names_the_places_of_the_currency(member):
    with pytest.raises(BadAccount, match="at most 2 decimal places"):
        account(member, "Bank", "0.005")
