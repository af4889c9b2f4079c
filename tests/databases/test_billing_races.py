"""Two people enter the bill of one order at once: one wins, and what the order committed is freed once."""

from collections import Counter
from decimal import Decimal

import pytest

from expenses.models import Expense
from purchasing.models import Bill, PurchaseOrder
from tests.factories.purchasing import receive, sent

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


@pytest.mark.parametrize("same", [True, False], ids=["the same letter", "two letters"])
def test_the_last_bill_of_an_order_is_entered_once(race, member, same):
    order = sent(member)
    receive(member, order)
    before = PurchaseOrder.objects.get()
    assert before.committed == 20

    outcomes = race("bill", 4, order=order.pk, amount="20.00", same=same)

    assert Counter(code for code, _ in outcomes) == {"done": 1, "already_billed": 7}
    bill = Bill.objects.get()
    expense = Expense.objects.get()
    assert (bill.expense_id, expense.amount) == (expense.pk, Decimal(20))
    after = PurchaseOrder.objects.get()
    assert (after.committed, after.billed) == (0, 20)
    assert after.settled_at is not None
    assert {said for code, said in outcomes if code != "done"} == {
        f"{order.number} is billed already, by their {bill.number} of {bill.billed_on:%-d %B %Y}."
    }
