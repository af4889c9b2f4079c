"""What agreed with a statement here stays as it agreed, whatever a file says of ticks and of opening balances."""

from datetime import date
from decimal import Decimal

import pytest

from expenses.models import Account, Expense, Transfer
from expenses.reconciling import Ticks, get_agreed, get_reconciled
from expenses.services.reconcile import reconcile
from tests.expenses.statements import person, send
from tests.factories import NOW
from tests.factories.expenses import spend
from tests.factories.money import account
from tests.imports.helpers import bring_in, check, csv_file, notices

pytestmark = pytest.mark.django_db
HEAD = ["Account", "Date", "Amount", "Payee", "Category", "Reconciled", "Type", "Transfer"]
UNTICKED = "It comes in without its tick: Bank was reconciled here up to 3 March 2026. Tick it off with the next statement."


@pytest.fixture
def me(db):
    return person()


@pytest.fixture
def agreed(me):
    """An account that agreed with its statement of 3 March: opened with 100, of which 5 were spent."""
    bank = account(me, opening=100)
    spend(me, "5", date(2026, 3, 1), account=bank, payee="Fennel")
    reconcile(account=bank, by=me, on=date(2026, 3, 3), balance=Decimal(95), ticks=Ticks(all_until=date(2026, 3, 3)), at=NOW)
    return bank


def listed(*rows):
    return csv_file(HEAD, *rows)


def line(amount, *, on="2026-03-02", name="Bank", tick="x", kind="", to=""):
    return [name, on, amount, "Corner", "Food", tick, kind, to]


@pytest.mark.parametrize("on", ["2026-03-02", "2026-03-09"])
def test_a_file_ticks_nothing_off_there_and_the_dry_run_says_so(me, agreed, on):
    looked = check(me, "expenses", listed(line("-7", on=on)))
    assert notices(looked) == [(2, UNTICKED)]
    assert looked.counts == {"new": 1, "changed": 0, "unchanged": 0, "error": 0}

    bring_in(me, "expenses", listed(line("-7", on=on)))

    assert not Expense.objects.get(payee__name="Corner").is_reconciled
    assert get_reconciled(agreed) == 95


def test_an_opening_balance_in_a_file_is_passed_over_there(me, agreed):
    rows = listed(line("500", tick="", kind="opening"))
    looked = check(me, "expenses", rows)

    assert notices(looked) == [(2, "The opening balance stays: Bank was reconciled here up to 3 March 2026.")]
    assert looked.counts["unchanged"] == 1
    bring_in(me, "expenses", listed(line("500", tick="", kind="opening")))
    assert Account.objects.get(pk=agreed.pk).opening_balance == 100


def test_a_match_links_what_was_recorded_by_hand_without_ticking_it(me, agreed):
    spend(me, "7", date(2026, 3, 9), account=agreed)

    batch = bring_in(me, "expenses", listed(line("-7", on="2026-03-09")), match=True)

    assert notices(batch) == [(2, f"{UNTICKED} It is what you recorded by hand on 9 March 2026.")]
    assert not Expense.objects.get(amount=7).is_reconciled


def test_a_transfer_is_ticked_off_on_no_side_that_agreed(me, agreed):
    bring_in(me, "expenses", listed(line("-7", to="[Cash]"), line("7", name="Cash", to="[Bank]")))

    moved = Transfer.objects.get()
    assert (moved.is_source_reconciled, moved.is_target_reconciled) == (False, True)
    assert get_reconciled(agreed) == 95


def test_accounts_that_never_agreed_take_ticks_and_openings_as_before(me, agreed):
    batch = bring_in(me, "expenses", listed(line("-7", name="Card"), line("50", name="Card", kind="opening")))

    assert notices(batch) == []
    assert Expense.objects.get(payee__name="Corner").is_reconciled
    assert Account.objects.get(name="Card").opening_balance == 50


def test_what_agrees_between_check_and_commit_stays_too(me):
    bank = account(me, opening=95)
    looked = check(me, "expenses", listed(line("-7")))
    assert notices(looked) == []
    reconcile(account=bank, by=me, on=date(2026, 3, 3), balance=Decimal(95), ticks=Ticks(), at=NOW)

    send(me, "Account,Date,Amount,Payee,Category,Reconciled\nBank,2026-03-02,-7,Corner,Food,x\n", "expenses")

    assert get_reconciled(bank) == 95


def test_it_says_the_last_day_of_each_account_of_its_own_book(me, agreed):
    reconcile(account=agreed, by=me, on=date(2026, 3, 4), balance=Decimal(95), ticks=Ticks(), at=NOW)
    cash = account(me, "Cash")

    assert get_agreed(me.business, [agreed.pk, cash.pk]) == {agreed.pk: date(2026, 3, 4)}
    assert get_agreed(person().business, [agreed.pk]) == {}
