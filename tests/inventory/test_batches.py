"""Batches: first expired, first out, at every way in which stock moves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventory.models import Batch, BatchLevel, BatchMovement, Location
from inventory.services.batch_proof import find_wrong_batches
from inventory.services.batch_refs import BadBatch, MissingExpiry, OtherExpiry
from inventory.services.batches import Expired
from inventory.services.ledger import InsufficientStock
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.shelves import BatchRef, ProductRef
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, LocationFactory, MemberFactory, StockedProductFactory, on_hand, sell

D = Decimal
TODAY = NOW.date()
SOON, LATER, LATE = (TODAY + timedelta(days=n) for n in (3, 10, 30))


@pytest.fixture(autouse=True)
def _proved(request, member):
    yield
    assert find_wrong_batches(business=member.business) == []


def line(product, quantity, *, code="", on=None, batch=None, **options) -> StockLine:
    ref = BatchRef(code, on, batch) if code or on or batch else None
    return StockLine(ProductRef(product=product.pk), D(quantity), batch=ref, **options)


def receive(member, product, quantity, on, code="", **options):
    return receive_stock(by=member, lines=[line(product, quantity, on=on, code=code)], at=NOW, **options)


def held(product, place=None) -> dict[date, int]:
    rows = BatchLevel.objects.filter(batch__product=product).in_stock()
    rows = rows.filter(location=place) if place else rows
    return {row.batch.expires_on: int(row.on_hand) for row in rows.select_related("batch")}


def test_what_expires_first_is_sold_first_whatever_came_first(member, milk):
    receive(member, milk, 5, LATER)
    receive(member, milk, 5, SOON)

    sell(member, {milk: 7})

    assert held(milk) == {LATER: 3}
    taken = BatchMovement.objects.filter(movement__kind="sold").order_by("batch__expires_on")
    assert [(row.batch.expires_on, row.quantity) for row in taken] == [(SOON, -5), (LATER, -2)]


def test_what_comes_in_must_say_when_it_expires(member, milk):
    with pytest.raises(MissingExpiry, match="Milk: say when it expires") as refused:
        receive_stock(by=member, lines=[line(milk, 5)], at=NOW)

    assert (refused.value.field, refused.value.line) == ("expires_on", 0)
    assert on_hand(milk) == 0


def test_a_known_code_needs_no_date_and_takes_no_other(member, milk):
    receive(member, milk, 5, SOON, code="L1")
    receive(member, milk, 2, None, code="L1")
    assert held(milk) == {SOON: 7}

    with pytest.raises(OtherExpiry, match="Batch L1 of Milk expires on 7 March 2026, not on 14 March 2026"):
        receive(member, milk, 5, LATER, code="L1")
    with pytest.raises(MissingExpiry, match="say when batch L2 expires"):
        receive(member, milk, 5, None, code="L2")

    assert Batch.objects.get().own_code == "L1"


def test_a_date_alone_is_a_batch_and_the_same_date_the_same_batch(member, milk):
    receive(member, milk, 5, SOON)
    receive(member, milk, 5, SOON)

    assert (Batch.objects.get().own_code, held(milk)) == ("", {SOON: 10})


def test_a_product_without_batches_takes_none(member):
    mug = StockedProductFactory(business=member.business, name="Mug")

    with pytest.raises(BadBatch, match="Mug has no batches"):
        receive(member, mug, 5, SOON)


def test_expired_goods_are_not_sold(member, milk):
    receive(member, milk, 2, TODAY - timedelta(days=1))
    receive(member, milk, 3, TODAY)

    with pytest.raises(Expired, match="Milk: only 3 left that can be sold; the rest expired on 3 March 2026"):
        sell(member, {milk: 4})
    sell(member, {milk: 3})
    with pytest.raises(Expired, match=r"Milk: what is left expired on 3 March 2026\. Take it off the stock as expired"):
        sell(member, {milk: 1})

    assert held(milk) == {TODAY - timedelta(days=1): 2}


def test_expired_goods_are_not_sold_below_zero_either(member, milk):
    member.business.allow_negative_stock = True
    receive(member, milk, 2, TODAY - timedelta(days=1))

    with pytest.raises(Expired):
        sell(member, {milk: 3})


def test_expired_goods_are_taken_first(member, milk):
    receive(member, milk, 2, TODAY - timedelta(days=1))
    receive(member, milk, 3, SOON)

    take_stock(by=member, lines=[line(milk, 2)], reason="Expired", at=NOW)

    assert held(milk) == {SOON: 3}


def test_a_batch_that_is_named_is_the_one_that_goes(member, milk):
    receive(member, milk, 2, SOON)
    receive(member, milk, 3, LATER, code="L2")

    take_stock(by=member, lines=[line(milk, 1, code="L2")], reason="Broken", at=NOW)
    with pytest.raises(InsufficientStock, match="batch L2 has only 2 left here"):
        take_stock(by=member, lines=[line(milk, 3, code="L2")], reason="Broken", at=NOW)
    with pytest.raises(BadBatch, match="no such batch"):
        take_stock(by=member, lines=[line(milk, 1, code="L9")], reason="Broken", at=NOW)

    assert held(milk) == {SOON: 2, LATER: 2}


def test_a_batch_of_another_product_or_shop_cannot_be_named(member, milk):
    stranger = MemberFactory()
    theirs = StockedProductFactory(business=stranger.business, on_hand=0, tracks_batches=True)
    receive(stranger, theirs, 5, SOON)
    receive(member, milk, 5, SOON)

    with pytest.raises(BadBatch):
        take_stock(by=member, lines=[line(milk, 1, batch=theirs.batches.get().pk)], reason="Broken", at=NOW)


def test_a_transfer_takes_its_batches_along(member, milk):
    back = LocationFactory(business=member.business)
    receive(member, milk, 3, SOON)
    receive(member, milk, 3, LATER)

    transfer_stock(by=member, lines=[line(milk, 4)], from_id=None, to_id=back.pk, at=NOW)

    assert (held(milk, back), held(milk, Location.objects.get(is_default=True))) == ({SOON: 3, LATER: 1}, {LATER: 2})


def test_a_voided_sale_goes_back_to_the_batches_it_left(member, milk):
    receive(member, milk, 3, SOON)
    receive(member, milk, 3, LATER)

    void_sale(sale=sell(member, {milk: 4}), by=member, reason="Wrong", at=NOW)

    assert held(milk) == {SOON: 3, LATER: 3}


def test_what_is_refunded_in_parts_goes_back_to_each_batch_once(member, milk):
    receive(member, milk, 2, SOON)
    receive(member, milk, 5, LATER)
    sale = sell(member, {milk: 4})

    for count in (1, 2, 1):
        sold = sale.lines.get()
        refund_sale(sale=sale, lines=[RefundLine(sold, D(count))], by=member, reason="Sour", at=NOW)

    assert held(milk) == {SOON: 2, LATER: 5}


def test_what_was_there_before_goes_first_and_has_no_date(member):
    eggs = StockedProductFactory(business=member.business, on_hand=4)
    type(eggs).objects.update(tracks_batches=True)
    receive(member, eggs, 5, SOON)

    sell(member, {eggs: 6})

    assert held(eggs) == {SOON: 3}


def test_below_zero_is_made_good_by_what_comes(member, milk):
    member.business.allow_negative_stock = True
    sell(member, {milk: 3})

    receive(member, milk, 10, SOON)

    assert (held(milk), on_hand(milk)) == ({SOON: 7}, 7)
    sell(member, {milk: 7})
    assert held(milk) == {}


def test_an_adjustment_up_says_when_it_expires_and_one_down_takes_what_expires_first(member, milk):
    receive(member, milk, 2, SOON)
    with pytest.raises(MissingExpiry):
        adjust_stock(by=member, lines=[line(milk, 1)], reason="Found", at=NOW)

    adjust_stock(by=member, lines=[line(milk, 1, on=LATE)], reason="Found", at=NOW)
    adjust_stock(by=member, lines=[line(milk, -2)], reason="Lost", at=NOW)

    assert held(milk) == {LATE: 1}
