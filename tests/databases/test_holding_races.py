"""Goods are put aside at one till while another sells them."""

from collections import Counter
from decimal import Decimal

import pytest

from inventory.models import StockLevel
from inventory.services.proof import find_wrong_commitments
from inventory.shelves import ProductRef
from sales.models import Sale
from sales.services.till import add_to_basket
from tests.factories import NOW, MemberFactory, StockedProductFactory

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


def test_what_is_put_aside_is_not_sold_and_what_is_sold_is_not_put_aside(race, member):
    product = StockedProductFactory(business=member.business, on_hand=10)
    tills = MemberFactory.create_batch(6, business=member.business, role="clerk")
    ref = ProductRef(product=product.pk)
    baskets = [(by.pk, add_to_basket(by=by, ref=ref, quantity=Decimal(2), at=NOW).key) for by in tills]

    outcomes = race("hold_or_sell", 6, product=product.pk, baskets=baskets)

    assert set(Counter(code for code, _ in outcomes)) <= {"done", "insufficient_stock"}
    level = StockLevel.objects.get(product=product)
    assert level.on_hand == 10 - Sale.objects.count()
    assert level.committed <= level.on_hand
    assert level.available == 0, "more was wanted than there is"
    assert find_wrong_commitments(business=member.business) == []
