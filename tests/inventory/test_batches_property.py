"""Whatever is received, sold, returned, voided, carried, counted and adjusted, batches and shelves add up."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from inventory.models import BatchLevel, BatchMovement, Location, StockLevel
from inventory.services.batch_proof import find_wrong_batches
from inventory.services.proof import find_differences
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.services.stocktake import Counted, add_counts, approve_stocktake, start_stocktake
from inventory.shelves import BatchRef, ProductRef
from sales.models import Sale
from sales.services.basket import BasketLine
from sales.services.sell import record_sale
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, LocationFactory, MemberFactory, StockedProductFactory

pytestmark = pytest.mark.django_db
D = Decimal


def _check_each_movement(product):
    """No more of a movement is of batches than it moved, and all of it the same way."""
    for movement in product.movements.prefetch_related("batches"):
        parts = [part.quantity for part in movement.batches.all()]
        assert abs(sum(parts)) <= abs(movement.quantity)
        assert all((part > 0) == (movement.quantity > 0) for part in parts)


def dated(line, days):
    return replace(line, unit_cost=D(1), batch=BatchRef(expires_on=NOW.date() + timedelta(days=days)))


def receive(member, line, at, days):
    receive_stock(by=member, lines=[dated(line, days)], at=at)


def receive_late(member, line, at, days):
    receive_stock(by=member, lines=[dated(line, days)], at=at, occurred_at=at - timedelta(hours=days + 3))


def sell(member, line, at, _):
    record_sale(by=member, lines=[BasketLine(line.ref, line.quantity)], at=at)


def refund(member, line, at, _):
    if sale := newest_sale(member):
        back = [RefundLine(sale.lines.get(), min(line.quantity, D(2)))]
        refund_sale(sale=sale, lines=back, by=member, reason="Sour", at=at)


def void(member, _line, at, _):
    if sale := newest_sale(member):
        void_sale(sale=sale, by=member, reason="Wrong", at=at)


def newest_sale(member):
    return Sale.objects.filter(business=member.business, kind="sale", state="completed").order_by("-pk").first()


def carry(member, line, at, days):
    places = list(Location.objects.for_business(member.business).order_by("pk" if days > 0 else "-pk"))
    transfer_stock(by=member, lines=[line], from_id=places[0].pk, to_id=places[1].pk, at=at)


def count(member, line, at, _):
    stocktake = start_stocktake(by=member, at=at)
    add_counts(stocktake=stocktake, by=member, counts=[Counted(line.ref, line.quantity)], at=at)
    approve_stocktake(stocktake=stocktake, by=member, at=at)


def adjust_up(member, line, at, days):
    adjust_stock(by=member, lines=[dated(line, days)], reason="Found", at=at)


def adjust_down(member, line, at, _):
    adjust_stock(by=member, lines=[replace(line, quantity=-line.quantity)], reason="Lost", at=at)


def take(member, line, at, _):
    take_stock(by=member, lines=[line], reason="Broken", at=at)


DEEDS = {deed.__name__: deed for deed in (
    receive, receive_late, sell, refund, void, carry, count, adjust_up, adjust_down, take,
)}  # fmt: skip
steps = st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(1, 6), st.integers(-2, 5)), min_size=1, max_size=14)


@given(steps, st.booleans())
@settings(max_examples=40, deadline=None)
def test_batches_add_up_to_their_movements_and_to_no_more_than_their_shelf(steps, below_zero):
    member = MemberFactory(role="owner", business__allow_negative_stock=below_zero)
    product = StockedProductFactory(business=member.business, on_hand=3, tracks_batches=False)
    type(product).objects.update(tracks_batches=True)
    LocationFactory(business=member.business)

    for minute, (act, quantity, days) in enumerate(steps, start=1):
        line, at = StockLine(ProductRef(product=product.pk), D(quantity)), NOW + timedelta(minutes=minute)
        with suppress(DomainError):
            DEEDS[act](member, line, at, days)

        assert find_wrong_batches(business=member.business) == []
        assert find_differences(business=member.business) == []
        _check_each_movement(product)


def test_the_property_sees_a_level_that_was_changed_behind_the_ledger(member):
    product = StockedProductFactory(business=member.business, on_hand=0, tracks_batches=True)
    dated = BatchRef(expires_on=NOW.date())
    receive_stock(by=member, lines=[StockLine(ProductRef(product=product.pk), D(5), batch=dated)], at=NOW)

    BatchLevel.objects.update(on_hand=4)
    assert find_wrong_batches(business=member.business) == [product.pk]
    BatchLevel.objects.update(on_hand=5)
    assert find_wrong_batches(business=member.business) == []
    StockLevel.objects.update(on_hand=4)
    assert find_wrong_batches(business=member.business) == [product.pk]
    assert BatchMovement.objects.count() == 1
