"""A bill becomes an expense and frees what the order committed, exactly once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from common.errors import InvalidInput
from expenses.models import Expense, ExpenseState
from expenses.queries import get_budgets, get_positions
from purchasing.models import Bill, PurchaseOrder
from purchasing.services.bills import (
    AlreadyBilled,
    BilledTooSoon,
    BillNumberTaken,
    Charge,
    NumberlessBill,
    bill_order,
    take_back_bill,
)
from purchasing.services.end import close_order
from purchasing.services.orders import OrderRefused
from tests.factories import NOW
from tests.factories.expenses import TODAY, budget, category
from tests.factories.purchasing import order, receive, sent

pytestmark = pytest.mark.django_db
D = Decimal
SOON = TODAY + timedelta(days=7)  # when an order of today is expected


def charge(amount="20.00", number="R-77", **values):
    return Charge(**{"number": number, "amount": D(amount), "billed_on": SOON, **values})


def bill(member, done, amount="20.00", **values):
    return bill_order(order=PurchaseOrder.objects.get(pk=done.pk), charge=charge(amount, **values), by=member, at=NOW)


def position(member):
    (found,) = get_positions(member.business, get_budgets(member.business), SOON)
    return found.position.spent, found.position.committed, found.position.left


@pytest.fixture
def done(member):
    """Received in full for 20.00, in a budget of 100."""
    found = sent(member)
    budget(member, 100, category=found.category)
    receive(member, found)
    return found


def test_it_is_an_expense_in_the_orders_category_and_nothing_is_counted_twice(member, done):
    assert position(member) == (0, 20, 80)

    made = bill(member, done)

    assert position(member) == (20, 0, 80)
    spent = Expense.objects.get()
    assert (spent.amount, spent.payee.name, spent.note) == (20, "Bakers & Sons", "Bill R-77 of order PO-1")
    assert (made.expense, spent.splits.get().category) == (spent, done.category)
    assert AuditEntry.objects.get(action="order billed").document == "R-77"


@pytest.mark.parametrize("amount", ["15.00", "25.00"])
def test_more_or_less_than_was_due_leaves_nothing_committed(member, done, amount):
    bill(member, done, amount)

    assert position(member) == (D(amount), 0, 100 - D(amount))


def test_it_comes_in_parts_and_the_last_frees_the_rest(member, done):
    bill(member, done, "5.00", number="A", is_last=False)
    assert position(member) == (5, 15, 80)

    bill(member, done, "12.00", number="B")
    assert position(member) == (17, 0, 83)


def test_it_is_billed_once(member, done):
    bill(member, done)

    with pytest.raises(AlreadyBilled, match="PO-1 is billed already, by their R-77 of 11 March 2026"):
        bill(member, done, number="R-78")

    assert Expense.objects.count() == 1


def test_the_same_bill_is_not_entered_for_two_orders(member, done):
    bill(member, done)
    other = sent(member, of=done.supplier)

    with pytest.raises(BillNumberTaken, match="R-77 of Bakers & Sons is entered already"):
        bill(member, other)

    assert Expense.objects.count() == 1
    assert PurchaseOrder.objects.get(pk=other.pk).committed == 20


def test_while_its_expense_waits_for_approval_it_stays_committed(member, done):
    member.business.approve_above = D(10)
    member.business.save()

    made = bill(member, done)

    assert made.expense.state == ExpenseState.WAITING
    assert position(member) == (0, 20, 80)


@pytest.mark.parametrize(
    ("values", "refusal", "says"),
    [
        ({"number": "  "}, NumberlessBill, "Enter the number"),
        ({"amount": "0"}, InvalidInput, "above 0"),
        ({"amount": "0.005"}, InvalidInput, "at most 2 decimal places"),
        ({"amount": "1e30"}, InvalidInput, "up to 99,999,999,999"),
        ({"billed_on": TODAY - timedelta(days=1)}, BilledTooSoon, "was sent on 4 March 2026"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_and_nothing_is_freed(member, done, values, refusal, says):
    with pytest.raises(refusal, match=says):
        bill(member, done, **values)

    assert not Bill.objects.exists()
    assert position(member) == (0, 20, 80)


def test_a_draft_is_not_billed_and_a_clerk_bills_nothing(member, clerk, done):
    with pytest.raises(OrderRefused, match="is a draft and cannot be billed"):
        bill(member, order(member))
    with pytest.raises(NotAllowed):
        bill(clerk, done)


def test_a_closed_order_is_billed_for_what_came(member):
    found = sent(member)
    budget(member, 100, category=found.category)
    receive(member, found, 4)
    close_order(order=PurchaseOrder.objects.get(), by=member, at=NOW)
    assert position(member) == (0, 8, 92)

    bill(member, found, "8.00")
    assert position(member) == (8, 0, 92)


def test_a_bill_taken_back_commits_again(member, done):
    made = bill(member, done)

    take_back_bill(bill=made, by=member, at=NOW)

    assert position(member) == (0, 20, 80)
    assert not Bill.objects.exists()
    assert not Expense.objects.exists()


def test_by_hand_a_bill_is_entered_refused_and_taken_back(logged_in, member, done):
    url = reverse("purchase_order_bill", args=[done.pk])
    page = logged_in.get(url)
    given = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    assert given["amount"] == "20"

    wrong = logged_in.post(url, given | {"number": "R-1", "amount": "0.005", "is_last": "on"})
    assert "An amount has at most 2 decimal places" in wrong.text
    page = logged_in.post(url, given | {"number": "R-1", "is_last": "on"}, follow=True)
    assert "Bill R-1 is an expense now" in page.text
    assert "nothing to bill" in logged_in.get(url).text

    logged_in.post(reverse("purchase_order_bill_take_back", args=[Bill.objects.get().pk]))
    assert not Expense.objects.exists()


def test_of_an_order_that_has_come_in_part_more_bills_are_expected(logged_in, member, done):
    part = sent(member)
    receive(member, part, 4)

    ticked = [
        logged_in.get(reverse("purchase_order_bill", args=[each.pk])).context["form"]["is_last"].initial for each in (done, part)
    ]

    assert ticked == [True, False]


def test_a_budget_that_asks_is_heeded(logged_in, member):
    found = sent(member)
    budget(member, 10, category=found.category, mode="ask")
    url = reverse("purchase_order_bill", args=[found.pk])
    given = {"number": "R-1", "amount": "20", "billed_on": SOON, "category": found.category_id, "is_last": "on", "version": 2}

    page = logged_in.post(url, given)
    assert "over its limit" in page.text
    assert not Bill.objects.exists()
    logged_in.post(url, given | {"confirmed": "on"})

    assert Bill.objects.count() == 1


def test_by_the_api_it_is_billed_and_sent_back(api, owner, done):
    receipts = api.get("/api/v1/goods-receipts/", {"order": done.pk}).json()["results"]
    assert (receipts[0]["number"], receipts[0]["lines"][0]["quantity"]) == ("GR-1", "10")
    lines = [{"line": receipts[0]["lines"][0]["id"], "quantity": "2"}]

    gone = api.post(f"/api/v1/goods-receipts/{receipts[0]['id']}/return/", {"lines": lines, "reason": "Stale"})
    assert gone.json()["lines"][0]["returned"] == "2"
    made = api.post(
        f"/api/v1/purchase-orders/{done.pk}/bill/", {"number": "R-1", "amount": "16.00", "category": category(owner).pk}
    )
    assert made.status_code == 201
    assert Expense.objects.get(pk=made.json()["expense"]).amount == 16
    again = api.post(f"/api/v1/purchase-orders/{done.pk}/bill/", {"number": "R-2", "amount": "16.00"})
    assert (again.status_code, again.json()["code"]) == (409, "already_billed")
