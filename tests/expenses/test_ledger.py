from datetime import timedelta
from itertools import pairwise

import pytest

from expenses.ledger import get_ledger
from expenses.models import Account, Expense, ExpenseState
from tests.factories.expenses import TODAY, spend
from tests.factories.money import OPENED, account, transfer


def day(n):
    return TODAY - timedelta(days=n)


@pytest.fixture
def bank(member):
    return account(member, "Bank", 100)


@pytest.fixture
def moved(member, bank):
    """Ten lines on five days: an expense and a transfer on each, with the opening balance below."""
    cash = account(member, "Cash")
    for n in range(5):
        spend(member, n + 1, day(n), account=bank)
        transfer(member, bank, cash, 10, day(n))
    return bank


def shown(ledger):
    return [(line.amount, line.balance) for line in ledger.lines]


def test_each_line_has_the_balance_after_it(member, bank):
    cash = account(member, "Cash")
    spend(member, 30, day(3), account=bank)
    spend(member, 5, day(2), account=bank, kind="refund")
    spend(member, 50, day(1), account=bank, kind="income")
    transfer(member, bank, cash, 20)
    transfer(member, cash, bank, 4)

    assert shown(get_ledger(bank)) == [(4, 109), (-20, 105), (50, 125), (5, 75), (-30, 70), (100, 100)]
    assert shown(get_ledger(cash)) == [(-4, 16), (20, 20), (0, 0)]


def test_what_waits_for_approval_is_no_line(member, bank):
    spend(member, 30, account=bank)
    Expense.objects.update(state=ExpenseState.WAITING)

    assert shown(get_ledger(bank)) == [(100, 100)]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 11])
def test_pages_hold_each_line_once_and_carry_the_balance_on(size, moved):
    whole = get_ledger(moved)
    page = get_ledger(moved, size=size)
    lines, pages = page.lines, [page]
    while page.older:
        page = get_ledger(moved, size=size, older_than=page.older)
        lines, pages = lines + page.lines, [*pages, page]

    assert lines == whole.lines
    assert len(whole.lines) == 11
    for newer, older in pairwise(pages):
        assert get_ledger(moved, size=size, newer_than=older.newer).lines == newer.lines


def test_a_period_shows_its_own_lines_with_the_balances_of_the_whole(moved):
    whole = get_ledger(moved).lines

    ledger = get_ledger(moved, since=day(3), until=day(2))

    assert ledger.lines == [line for line in whole if day(3) <= line.on <= day(2)]
    assert get_ledger(moved, since=OPENED, until=OPENED).lines == whole[-1:]
    assert get_ledger(moved, until=OPENED - timedelta(days=1)).lines == []


def test_what_came_before_the_opening_lies_below_it(member, bank):
    spend(member, 7, OPENED - timedelta(days=1), account=bank)

    assert shown(get_ledger(bank)) == [(100, 93), (-7, -7)]


@pytest.mark.parametrize("token", ["x", "2026-02-30.1.1", "2026-03-04.9.1", "2026-03-04.1.-1", "٢"])
def test_a_token_that_nobody_was_given_means_the_first_page(token, moved):
    assert get_ledger(moved, older_than=token).lines == get_ledger(moved).lines
    assert get_ledger(moved, newer_than=token).lines == get_ledger(moved).lines


def test_beyond_the_newest_line_there_is_the_first_page(moved):
    newest = get_ledger(moved, newer_than="9000-12-31.2.1", size=3)

    assert newest.lines == get_ledger(moved, size=3).lines


@pytest.mark.parametrize("depth", [0, 3])
def test_a_page_costs_the_same_at_any_depth(depth, moved, django_assert_num_queries):
    bank, token = Account.objects.select_related("business").get(pk=moved.pk), ""
    for _ in range(depth):
        token = get_ledger(bank, size=3, older_than=token).older

    with django_assert_num_queries(6):
        assert get_ledger(bank, size=3, older_than=token).lines
