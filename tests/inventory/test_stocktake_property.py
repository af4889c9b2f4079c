"""Whatever is sold and received while a count goes on, the shelf ends as it was counted, and as it went on from there."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.services.proof import find_differences
from inventory.services.stock import StockLine, receive_stock
from inventory.services.stocktake import approve_stocktake, start_stocktake
from tests.factories import NOW, MemberFactory, StockedProductFactory
from tests.inventory.test_stocktake import count, later, on_hand, ref, take

pytestmark = pytest.mark.django_db
D = Decimal

steps = st.lists(st.tuples(st.sampled_from(["take", "receive", "count", "recount"]), st.integers(1, 4)), min_size=1, max_size=12)


@given(steps)
@settings(max_examples=30)
def test_whatever_happens_meanwhile_the_shelf_holds_what_was_counted_and_what_came_and_went_since(steps):
    member = MemberFactory(role="owner")
    product = StockedProductFactory(business=member.business, on_hand=50)
    stocktake = start_stocktake(by=member, at=NOW)
    counted, since = None, 0
    for minute, (step, quantity) in enumerate(steps, start=1):
        if step == "take":
            take(member, product, quantity, minute)
            since -= quantity
        elif step == "receive":
            receive_stock(by=member, lines=[StockLine(ref(product), D(quantity), unit_cost=D(1))], at=later(minute))
            since += quantity
        else:
            count(stocktake, member, (product, 40 + quantity), at=later(minute), instead=True)
            counted, since = 40 + quantity, 0
    if counted is None:
        return

    approve_stocktake(stocktake=stocktake, by=member, at=later(60))

    assert on_hand(product) == counted + since
    assert find_differences(business=member.business) == []
