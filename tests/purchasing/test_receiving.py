"""Goods come: in parts, once, no more than the shop allows, and at what they cost."""

from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from common.errors import DomainError
from inventory.models import Pack, StockLevel, StockMovement
from inventory.services.proof import find_differences
from inventory.services.stock import BadCost
from inventory.units import BadQuantity, UnknownUnit
from purchasing.models import Offer, OfferPrice, OrderState, PurchaseLine, PurchaseOrder, Receipt
from purchasing.services.end import cancel_order, close_order
from purchasing.services.lines import Wanted
from purchasing.services.orders import OrderRefused, create_order
from purchasing.services.receive import (
    AlreadyReceived,
    BadLandedCost,
    Came,
    NothingReceived,
    OverReceipt,
    UnknownLine,
    receive_order,
)
from purchasing.services.send import send_order
from tests.factories import NOW, LocationFactory, ProductFactory, on_hand
from tests.factories.purchasing import offer, order, receive, sent, supplier
from tests.purchasing.test_orders import incoming, wanted

pytestmark = pytest.mark.django_db
D = Decimal


def allow_over(member, percent):
    member.business.over_receipt_percent = D(percent)
    member.business.save()


def came(member, done, *lines, **options):
    fresh = PurchaseOrder.objects.get(pk=done.pk)
    return receive_order(order=fresh, by=member, lines=list(lines), **{"at": NOW, **options})


def test_in_parts_until_nothing_is_outstanding(member, clerk):
    done = sent(member)
    product = done.lines.get().product

    receive(clerk, done, 4)
    done.refresh_from_db()
    assert (done.state, on_hand(product), incoming(product)) == (OrderState.PART_RECEIVED, 4, 6)

    receive(clerk, done, 6)
    done.refresh_from_db()
    assert (done.state, on_hand(product), incoming(product)) == (OrderState.RECEIVED, 10, 0)
    assert list(Receipt.objects.order_by("pk").values_list("number", flat=True)) == ["GR-1", "GR-2"]
    assert find_differences(business=member.business) == []


def test_each_movement_names_its_receipt_and_its_cost(member):
    receipt = receive(member, sent(member))

    movement = StockMovement.objects.get()
    assert (movement.document_type, movement.document_id, movement.document) == ("goods_receipt", receipt.pk, "GR-1")
    assert (movement.unit_cost, movement.reason) == (2, "Order PO-1")


def test_it_is_on_record_with_its_lines(member):
    receive(member, sent(member), 4)

    entry = AuditEntry.objects.get(action="goods received")
    assert (entry.document, '"quantity": "4"' in entry.after, '"state": "part_received"' in entry.after) == ("GR-1", True, True)


def test_more_than_was_ordered_is_refused(member):
    done = sent(member)
    receive(member, done, 4)

    with pytest.raises(OverReceipt, match="10 were ordered and 4 have come"):
        receive(member, done, 7)

    assert on_hand(done.lines.get().product) == 4


@pytest.mark.parametrize(("percent", "most"), [("0", 10), ("9.999", 10), ("10", 11), ("25", 12), ("100", 20)])
def test_as_much_more_may_come_as_the_settings_allow_in_whole_units(member, percent, most):
    allow_over(member, percent)
    done = sent(member)
    product = done.lines.get().product

    with pytest.raises(OverReceipt):
        receive(member, done, most + 1)
    receive(member, done, most)

    done.refresh_from_db()
    assert (on_hand(product), incoming(product), done.state, done.due) == (most, 0, OrderState.RECEIVED, 2 * most)


def test_what_has_come_in_full_does_not_come_again(member):
    done = sent(member)
    receive(member, done)

    with pytest.raises(AlreadyReceived, match="all 10 that were ordered have come already"):
        receive(member, done, 1)


def test_whoever_looked_at_an_older_state_is_told_who_was_faster(member, clerk):
    done = sent(member)
    clerk.user.name = "Asha Patel"
    clerk.user.save()
    receive(clerk, done, 5)

    with pytest.raises(AlreadyReceived, match="Asha Patel received goods of PO-1 at 10:00"):
        receive(member, done, 5, version=done.version)

    assert on_hand(done.lines.get().product) == 5


@pytest.mark.parametrize("state", ["draft", "cancelled", "closed"])
def test_an_order_in_the_wrong_state_is_not_received(member, state):
    done = order(member) if state == "draft" else sent(member)
    if state == "closed":
        receive(member, done, 1)
        close_order(order=done, by=member, at=NOW)
    if state == "cancelled":
        cancel_order(order=done, by=member, at=NOW)
    before = StockMovement.objects.count()

    with pytest.raises(OrderRefused, match=f"PO-1 is (a )?{state} and cannot be received"):
        receive(member, done, 1)

    assert StockMovement.objects.count() == before


@pytest.mark.parametrize(
    ("line", "refusal", "says"),
    [
        ({"quantity": D(10) ** 9}, BadQuantity, "The most is 999,999,999"),
        ({"quantity": D("0.5")}, BadQuantity, "whole numbers"),
        ({"quantity": D(0)}, BadQuantity, "other than 0"),
        ({"quantity": D(-1)}, BadQuantity, "above 0"),
        ({"unit": "crate"}, UnknownUnit, "“crate” is not known for it"),
        ({"unit_cost": D(-1)}, BadCost, "between 0 and"),
        ({"unit_cost": D(10) ** 30}, BadCost, "between 0 and"),
        ({"line": 999_999}, UnknownLine, "has no line 999999"),
        ({"quantity": D(11)}, OverReceipt, "10 were ordered"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_its_place_and_nothing_is_half_done(member, line, refusal, says):
    first, second = ProductFactory.create_batch(2, business=member.business)
    done = sent(member, (first, 10), (second, 10))
    good, bad = done.lines.order_by("pk")

    with pytest.raises(refusal, match=says) as caught:
        came(member, done, Came(good.pk, D(10)), Came(**{"line": bad.pk, "quantity": D(1), **line}))

    assert caught.value.line == 1
    assert not Receipt.objects.exists()
    assert not StockMovement.objects.exists()
    assert set(PurchaseLine.objects.values_list("received", flat=True)) == {D(0)}
    assert incoming(first) == 10


def test_nothing_came_is_no_receipt(member):
    with pytest.raises(NothingReceived):
        came(member, sent(member))


def test_another_orders_line_is_unknown(member):
    done, other = sent(member), sent(member)

    with pytest.raises(UnknownLine):
        came(member, done, Came(other.lines.get().pk, D(1)))


def test_one_line_in_several_goes_is_summed_before_it_is_checked(member):
    done = sent(member)
    pk = done.lines.get().pk

    with pytest.raises(OverReceipt):
        came(member, done, Came(pk, D(6)), Came(pk, D(6)))
    came(member, done, Came(pk, D(4)), Came(pk, D(6)))

    assert on_hand(done.lines.get().product) == 10


def test_a_case_ordered_is_received_by_the_case_or_the_piece_though_the_pack_is_gone(member):
    product = ProductFactory(business=member.business)
    pack = Pack.objects.create(product=product, name="case", factor=12)
    draft = create_order(supplier=supplier(member), by=member, at=NOW, lines=[Wanted(wanted(product).ref, D(2), "case", D(24))])
    done = send_order(order=draft, by=member, at=NOW)
    pack.delete()
    pk = done.lines.get().pk

    came(member, done, Came(pk, D(1)))
    came(member, done, Came(pk, D(12), "each"))

    assert on_hand(product) == 24
    assert set(StockMovement.objects.values_list("unit_cost", flat=True)) == {D(2)}


def test_freight_is_shared_by_value_and_is_part_of_what_the_goods_cost(member):
    dear, cheap = ProductFactory.create_batch(2, business=member.business)
    lines = [wanted(dear, 10, price=D(9)), wanted(cheap, 10, price=D(1))]
    done = send_order(order=create_order(supplier=supplier(member), by=member, at=NOW, lines=lines), by=member, at=NOW)

    receipt = receive(member, done, landed_cost=D("20.00"))

    assert list(receipt.lines.order_by("pk").values_list("landed_cost", flat=True)) == [18, 2]
    dear.refresh_from_db()
    cheap.refresh_from_db()
    assert (dear.average_cost, cheap.average_cost) == (D("10.8"), D("1.2"))


@pytest.mark.parametrize(("landed", "says"), [("0.005", "at most 2"), ("-1", "between 0"), ("1e30", "between 0")])
def test_freight_that_cannot_be_is_refused(member, landed, says):
    with pytest.raises(BadLandedCost, match=says):
        receive(member, sent(member), landed_cost=D(landed))


def test_a_price_told_with_the_goods_is_the_cost_and_is_remembered(member):
    sold = offer(member, price="2.00")
    done = sent(member, (sold.product, 10), of=sold.supplier)

    came(member, done, Came(done.lines.get().pk, D(10), unit_cost=D("2.30")))

    assert StockMovement.objects.get().unit_cost == D("2.30")
    assert Offer.objects.get().price == D("2.30")
    assert OfferPrice.objects.order_by("-pk").first().source == "GR-1"


def test_goods_may_come_elsewhere_than_ordered(member):
    back = LocationFactory(business=member.business)
    done = sent(member)
    product = done.lines.get().product

    receive(member, done, location_id=back.pk)

    assert dict(StockLevel.objects.filter(product=product).values_list("location__name", "on_hand"))[back.name] == 10
    assert incoming(product) == 0


def test_a_closed_or_foreign_place_takes_nothing(member):
    done = sent(member)

    for place in (LocationFactory(business=member.business, is_active=False), LocationFactory()):
        with pytest.raises(DomainError):
            receive(member, done, location_id=place.pk)
    assert not Receipt.objects.exists()


def test_a_viewer_receives_nothing(viewer, member):
    with pytest.raises(NotAllowed):
        receive(viewer, sent(member))


def test_the_days_until_goods_come_are_learned(member):
    bakers = supplier(member)
    for days in (2, 3, 9):
        done = sent(member, of=bakers)
        receive(member, done, 5, at=NOW.replace(day=4 + days))
        receive(member, done, at=NOW.replace(day=20))

    bakers.refresh_from_db()
    assert (bakers.learned_lead_days, bakers.lead_time) == (3, 3)


@pytest.mark.parametrize("count", [1, 20])
def test_a_receipt_costs_a_few_queries_a_line(member, django_assert_max_num_queries, count):
    products = ProductFactory.create_batch(count, business=member.business)
    done = sent(member, *[(product, 5) for product in products])

    with django_assert_max_num_queries(40 + 4 * (count - 1)):
        receive(member, done)
