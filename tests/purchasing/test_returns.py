"""Goods go back: off the shelf, off what is due or already paid, and never more than came."""

from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from expenses.models import Expense, ExpenseKind
from expenses.queries import get_budgets, get_positions
from inventory.models import StockMovement
from inventory.services.ledger import InsufficientStock
from inventory.services.proof import find_differences
from inventory.services.stock import MissingReason
from inventory.units import BadQuantity
from purchasing.models import PurchaseOrder, ReceiptLine, SupplierReturn
from purchasing.services.end import close_order
from purchasing.services.send_back import Back, BadCredit, NothingReturned, OverReturn, send_back
from tests.factories import NOW, on_hand, sell
from tests.factories.expenses import budget
from tests.factories.purchasing import receive, sent
from tests.purchasing.test_bills import SOON, bill, position

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def done(member):
    """Received in full for 20.00, in a budget of 100."""
    found = sent(member)
    budget(member, 100, category=found.category)
    receive(member, found)
    return found


def back(member, done, quantity, **options):
    receipt = done.receipts.select_related("order__business", "order__supplier", "business", "location").get()
    lines = [Back(receipt.lines.get().pk, D(quantity))]
    return send_back(receipt=receipt, by=member, lines=lines, **{"reason": "Stale", "at": NOW, **options})


def test_what_goes_back_leaves_the_shelf_and_is_due_no_more(member, done):
    product = done.lines.get().product

    back(member, done, 3)

    assert on_hand(product) == 7
    assert position(member) == (0, 14, 86)
    movement = StockMovement.objects.get(kind="sent_back")
    assert (movement.quantity, movement.document, movement.reason) == (-3, "RT-1", "Stale")
    assert find_differences(business=member.business) == []
    assert AuditEntry.objects.get(action="goods sent back").reason == "Stale"


def test_a_credit_is_kept_when_the_order_is_closed(member, done):
    back(member, done, 3)

    close_order(order=PurchaseOrder.objects.get(), by=member, at=NOW)

    assert position(member) == (0, 14, 86)


def test_after_the_bill_it_is_given_back_on_its_expense(member, done):
    bill(member, done)

    back(member, done, 3, credit=D("5.50"))

    refund = Expense.objects.get(kind=ExpenseKind.REFUND)
    assert (refund.amount, refund.refund_of) == (D("5.50"), Expense.objects.get(kind=ExpenseKind.EXPENSE))
    (found,) = get_positions(member.business, get_budgets(member.business), SOON)
    assert found.position.spent == D("14.50")


def test_no_more_goes_back_than_came(member, done):
    back(member, done, 8)

    with pytest.raises(OverReturn, match="only 2 of what came can still go back"):
        back(member, done, 3)

    assert ReceiptLine.objects.get().returned == 8


def test_what_is_sold_cannot_go_back_and_nothing_is_half_done(member, done):
    sell(member, {done.lines.get().product: 9})

    with pytest.raises(InsufficientStock):
        back(member, done, 2)

    assert ReceiptLine.objects.get().returned == 0
    assert not SupplierReturn.objects.exists()


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"reason": " "}, MissingReason),
        ({"credit": D("0.005")}, BadCredit),
        ({"credit": D(-1)}, BadCredit),
        ({"credit": D(10) ** 30}, BadCredit),
        ({"lines": []}, NothingReturned),
    ],
)
def test_a_return_that_cannot_be_is_refused(member, done, options, refusal):
    receipt = done.receipts.select_related("order__business", "order__supplier").get()
    given = {"reason": "Stale", "lines": [Back(receipt.lines.get().pk, D(1))], **options}

    with pytest.raises(refusal):
        send_back(receipt=receipt, by=member, at=NOW, **given)

    assert on_hand(done.lines.get().product) == 10


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e9"])
def test_a_quantity_that_cannot_be_is_refused(member, done, quantity):
    with pytest.raises(BadQuantity):
        back(member, done, quantity)


def test_by_hand_goods_are_sent_back_once(logged_in, member, done):
    receipt = done.receipts.get()
    url = reverse("purchase_order_return", args=[receipt.pk])
    page = logged_in.get(url)
    line = f"line-{receipt.lines.get().pk}"
    given = {"key": page.context["form"]["key"].value(), "reason": "Stale", "credit": "", line: "3"}

    assert "only 10 of what came" in logged_in.post(url, given | {line: "11"}).text
    for _ in range(2):
        logged_in.post(url, given | {"key": "one"})

    assert on_hand(done.lines.get().product) == 7
    assert "Stale" in logged_in.get(reverse("purchase_order", args=[done.pk])).text
