"""Whatever is sent, received, put back and cancelled, in whatever order: the value stays, and the ledger adds up."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from inventory.models import Location, StockLevel, StockTransfer
from inventory.queries.product_page import get_standing
from inventory.queries.transfers import get_under_way_to
from inventory.queries.valuation import get_stock_value, get_valuation
from inventory.services.end_transfer import cancel_transfer, close_transfer
from inventory.services.proof import find_differences
from tests.factories import NOW, LocationFactory, MemberFactory, StockedProductFactory
from tests.factories.stock import arrived, transferred

STEPS = st.lists(
    st.tuples(st.sampled_from(["send", "send", "receive", "receive", "close", "cancel"]), st.integers(0, 9), st.integers(1, 6)),
    max_size=12,
)


def step(member, kind, which, quantity, products, places):
    if kind == "send":
        source, target = places[which % 3], places[(which + quantity) % 3]
        return transferred(member, products[which % 2], quantity, target, from_id=source.pk)
    transfers = list(
        StockTransfer.objects.for_business(member.business).select_related("business", "source", "target").order_by("pk")
    )
    if not transfers:
        return None
    transfer = transfers[which % len(transfers)]
    if kind == "receive":
        return arrived(member, transfer, quantity)
    return {"close": close_transfer, "cancel": cancel_transfer}[kind](transfer=transfer, by=member, at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["average", "fifo"])
@given(steps=STEPS)
@settings(max_examples=25)
def test_the_value_never_changes_and_all_adds_up(method, steps):
    member = MemberFactory(role="owner", business__valuation=method)
    business = member.business
    products = [StockedProductFactory(business=business, on_hand=12, on_hand__at=cost) for cost in ("1.37", "0.333333")]
    places = [Location.objects.get(business=business), *LocationFactory.create_batch(2, business=business)]
    value = get_stock_value(business=business)

    for kind, which, quantity in steps:
        try:
            step(member, kind, which, quantity, products, places)
        except DomainError:
            continue

        assert get_stock_value(business=business) == value
        assert get_valuation(business=business, as_of=business.local_day(NOW)).total == value
    assert find_differences(business=business) == []
    under_way = get_under_way_to(product.pk for product in products)
    for product in products:
        standing = get_standing(product)
        expected = sum((left for (pk, _), left in under_way.items() if pk == product.pk), Decimal(0))
        assert standing.owned == 12
        assert standing.in_transit == standing.incoming == expected
    for level in StockLevel.objects.filter(location__in=places):
        assert level.incoming == under_way.get((level.product_id, level.location_id), 0)
