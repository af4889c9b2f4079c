"""A line that is here in another way: recorded by hand, or the other half of a transfer."""

from datetime import date
from decimal import Decimal

import pytest

from expenses.models import Account, Expense, ExpenseKind, StatementLine
from tests.expenses.statements import camt, camt_entry, lines, moved, person, posted, send
from tests.factories.expenses import spend
from tests.imports.helpers import notices

pytestmark = pytest.mark.django_db
COFFEE = ("2026-03-01", "-3.20", "Café", "Flat white")


@pytest.fixture
def me(db):
    return person()


def account(by, name):
    return Account.objects.create(business=by.business, name=name, opened_on=date(2026, 1, 1))


def test_what_was_recorded_by_hand_is_proposed_and_comes_in_all_the_same(me):
    spend(me, "3.20", date(2026, 3, 3))

    batch = lines(me, COFFEE)

    assert notices(batch)[0][1].startswith("You recorded the same amount by hand on 3 March 2026.")
    assert Expense.objects.count() == 2


def test_with_the_option_it_is_linked_to_the_nearest_and_takes_the_account(me):
    far, near = (spend(me, "3.20", date(2026, 3, day)).expense for day in (4, 2))

    batch = lines(me, COFFEE, match=True)

    assert (batch.new_rows, batch.changed_rows) == (0, 1)
    line = StatementLine.objects.get()
    assert line.expense_id == near.pk
    near.refresh_from_db()
    assert near.account_id == line.account_id == near.splits.get().account_id
    assert far.lines.count() == 0
    assert lines(me, COFFEE, match=True).unchanged_rows == 1


@pytest.mark.parametrize("values", [{"on": date(2026, 3, 5)}, {"amount": "3.21"}, {"kind": ExpenseKind.INCOME}])
def test_too_far_another_amount_or_the_other_way_is_no_match(me, values):
    spend(me, **{"amount": "3.20", "on": date(2026, 3, 1)} | values)

    assert notices(lines(me, COFFEE, match=True)) == []


def test_one_by_hand_is_proposed_for_one_line_only(me):
    spend(me, "3.20", date(2026, 3, 1))

    batch = lines(me, COFFEE, COFFEE, match=True)

    assert (batch.new_rows, batch.changed_rows) == (1, 1)


def test_a_transfer_between_two_statements_is_recorded_once(me):
    one, two = account(me, "GB33BUKB20201555555555"), account(me, "GB94BARC10201530093459")
    party = "<CdtrAcct><Id><IBAN>GB94 BARC 1020 1530 0934 59</IBAN></Id></CdtrAcct></RltdPties>"
    out = camt_entry("2026-03-06", "-100.00", "Me", "Save", "R1").replace("</RltdPties>", party)
    party = f"<DbtrAcct><Id><IBAN>{one.name}</IBAN></Id></DbtrAcct></RltdPties>"
    into = camt_entry("2026-03-09", "100.00", "Me", "Save", "R9").replace("</RltdPties>", party)

    send(me, camt(out, account=one.name))
    second = send(me, camt(into, account=two.name))

    assert second.new_rows == 1
    assert moved(me) == [(one.name, two.name, Decimal(100))]
    assert StatementLine.objects.values("transfer").distinct().count() == 1
    assert posted(me) == []
