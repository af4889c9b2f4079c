"""An order from its draft to its end: what it promises, what it commits, and what it refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from common.errors import DomainError, StaleVersion
from common.fields import LARGEST_QUANTITY
from expenses.queries import get_budgets, get_positions
from inventory.models import Pack, StockLevel
from inventory.services.catalogue import BadPrice
from inventory.services.stock import NotStocked
from inventory.shelves import ProductRef
from inventory.units import BadQuantity, UnknownUnit
from mail.models import OutboxMessage
from purchasing.models import OrderState, PurchaseLine, PurchaseOrder
from purchasing.services.end import cancel_order, close_order
from purchasing.services.lines import AmountTooLarge, BelowFewest, TwiceOrdered, Wanted
from purchasing.services.orders import BadExpectedDay, OrderRefused, SupplierRetired, create_order, update_order
from purchasing.services.send import mail_again, send_order
from purchasing.services.suppliers import update_supplier
from tests.factories import NOW, LocationFactory, ProductFactory, StockedProductFactory
from tests.factories.expenses import TODAY, budget
from tests.factories.purchasing import offer, order, receive, sent, supplier

pytestmark = pytest.mark.django_db
D = Decimal


def incoming(product):
    return sum((level.incoming for level in StockLevel.objects.filter(product=product)), D(0))


def committed(member, on=TODAY):
    (position,) = get_positions(member.business, get_budgets(member.business), on)
    return position.position.committed


def wanted(product, quantity=1, **values):
    return Wanted(ProductRef(product=product.pk), D(quantity), **values)


def test_numbers_have_no_gap(member):
    assert [order(member).number for _ in range(3)] == ["PO-1", "PO-2", "PO-3"]
    with pytest.raises(DomainError):
        order(member, price="0.005")
    assert order(member).number == "PO-4"


def test_lines_come_as_the_supplier_sells_them(member):
    product = ProductFactory(business=member.business)
    Pack.objects.create(product=product, name="case", factor=12)
    bakers = offer(member, product=product, unit="case", price="24.00", code="R-12").supplier

    draft = create_order(supplier=bakers, by=member, at=NOW, lines=[wanted(product, 3)])

    line = draft.lines.get()
    assert (line.unit, line.factor, line.price, line.amount, line.ordered, line.code) == ("case", 12, 24, 72, 36, "R-12")
    assert draft.total == 72


def test_of_another_unit_the_price_is_what_the_product_is_known_to_cost(member):
    product = StockedProductFactory(business=member.business, on_hand__at="1.234")
    bakers = offer(member, product=product, price="9").supplier
    Pack.objects.create(product=product, name="case", factor=12)

    draft = create_order(supplier=bakers, by=member, at=NOW, lines=[wanted(product, unit="case")])

    assert draft.lines.get().price == D("14.81")


@pytest.mark.parametrize(
    ("line", "refusal", "says"),
    [
        ({"price": D("0.005")}, BadPrice, "at most 2 decimal places"),
        ({"price": D(10) ** 30}, BadPrice, "between 0 and"),
        ({"unit": "crate", "price": D(1)}, UnknownUnit, "“crate” is not known for it"),
        ({"quantity": D(10) ** 9, "price": D(1)}, BadQuantity, "The most is 999,999,999"),
        ({"quantity": LARGEST_QUANTITY, "price": D(10) ** 9}, AmountTooLarge, "more than can be written down"),
        ({"quantity": D("1.5"), "price": D(1)}, BadQuantity, "whole numbers"),
        ({"quantity": D(-1), "price": D(1)}, BadQuantity, "above 0"),
        ({"quantity": D(0), "price": D(1)}, BadQuantity, "other than 0"),
        ({}, BadPrice, "nobody knows its price"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_its_place_and_nothing_is_drafted(member, line, refusal, says):
    good, bad = ProductFactory.create_batch(2, business=member.business)
    lines = [wanted(good, price=D(1)), wanted(bad, **{"quantity": 1, **line})]

    with pytest.raises(refusal, match=says) as caught:
        create_order(supplier=supplier(member), by=member, at=NOW, lines=lines)

    assert caught.value.line == 1
    assert not PurchaseOrder.objects.exists()


def test_fewer_than_the_supplier_sells_are_refused(member):
    sold = offer(member, minimum=D(6))

    with pytest.raises(BelowFewest, match="sells at least 6 × each"):
        create_order(supplier=sold.supplier, by=member, at=NOW, lines=[wanted(sold.product, 5)])


def test_a_product_stands_on_one_line(member):
    product = ProductFactory(business=member.business)

    with pytest.raises(TwiceOrdered):
        order(member, (product, 1), (product, 2))


def test_what_has_no_stock_is_not_ordered(member):
    with pytest.raises(NotStocked):
        order(member, (ProductFactory(business=member.business, is_stocked=False), 1))


def test_nothing_is_ordered_of_a_retired_supplier_nor_to_be_there_yesterday(member):
    bakers = supplier(member)
    with pytest.raises(BadExpectedDay):
        order(member, expected_on=TODAY - timedelta(days=1))

    update_supplier(supplier=bakers, by=member, values={"is_active": False}, at=NOW)
    with pytest.raises(SupplierRetired):
        order(member, of=bakers)


def test_a_draft_moves_nothing(member):
    draft = order(member)

    assert incoming(draft.lines.get().product) == 0
    assert draft.committed == 0
    assert not OutboxMessage.objects.exists()


def test_a_draft_is_changed_whole_and_the_slower_of_two_is_told(member):
    draft = order(member)
    product = ProductFactory(business=member.business)

    update_order(order=draft, by=member, at=NOW, lines=[wanted(product, 4, price=D("1.25"))], version=1)

    assert list(PurchaseLine.objects.values_list("product", "amount")) == [(product.pk, D(5))]
    assert PurchaseOrder.objects.get().total == 5
    with pytest.raises(StaleVersion):
        update_order(order=draft, by=member, at=NOW, lines=[], version=1)


def test_a_refused_line_leaves_the_draft_as_it_was(member):
    draft = order(member)

    with pytest.raises(BadPrice):
        update_order(order=draft, by=member, at=NOW, lines=[wanted(draft.lines.get().product, price=D("0.005"))])

    assert PurchaseOrder.objects.get().total == 20
    assert PurchaseOrder.objects.get().version == 1


def test_it_is_committed_in_the_budget_of_its_category_and_freed_when_cancelled(member):
    done = sent(member)
    category = done.category
    budget(member, 100, category=category)
    assert committed(member, done.expected_on) == 20

    cancel_order(order=done, by=member, at=NOW, reason="Out of season")

    assert committed(member, done.expected_on) == 0
    assert incoming(done.lines.get().product) == 0
    assert AuditEntry.objects.get(action="order cancelled").reason == "Out of season"


def test_a_late_order_is_committed_today_until_it_is_billed(member, frozen_time):
    done = sent(member)
    budget(member, 100, category=done.category)

    frozen_time.shift(timedelta(days=60))

    assert committed(member, date(2026, 5, 3)) == 20
    assert committed(member, TODAY) == 0


def test_a_draft_is_cancelled_too(member):
    draft = order(member)

    assert cancel_order(order=draft, by=member, at=NOW).state == OrderState.CANCELLED
    assert incoming(draft.lines.get().product) == 0


def test_once_goods_have_come_it_is_closed_not_cancelled(member):
    done = sent(member)
    with pytest.raises(OrderRefused, match="is sent and cannot be closed"):
        close_order(order=done, by=member, at=NOW)
    receive(member, done, 4)

    with pytest.raises(OrderRefused, match="is part received and cannot be cancelled"):
        cancel_order(order=done, by=member, at=NOW)
    closed = close_order(order=done, by=member, at=NOW)

    assert (closed.state, closed.due, closed.committed) == (OrderState.CLOSED, 8, 8)
    assert incoming(done.lines.get().product) == 0


def test_goods_are_awaited_at_the_place_they_are_ordered_to(member):
    back, product = LocationFactory(business=member.business), StockedProductFactory(business=member.business)
    draft = create_order(
        supplier=supplier(member), by=member, at=NOW, lines=[wanted(product, 3, price=D(1))], location_id=back.pk
    )

    send_order(order=draft, by=member, at=NOW)

    assert list(StockLevel.objects.filter(product=product).order_by("incoming").values_list("incoming", flat=True)) == [0, 3]


def test_clerks_order_nothing(member, clerk):
    done = sent(member)

    for refused in (
        lambda: order(clerk),
        lambda: update_order(order=done, by=clerk, at=NOW),
        lambda: send_order(order=done, by=clerk, at=NOW),
        lambda: mail_again(order=done, by=clerk, at=NOW),
        lambda: cancel_order(order=done, by=clerk, at=NOW),
        lambda: close_order(order=done, by=clerk, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            refused()
