import pytest

from inventory.models import Location
from inventory.services.places import DefaultPlace, save_location
from inventory.services.stock import StockLine, receive_stock, transfer_stock
from inventory.shelves import PlaceClosed, ProductRef
from tests.factories import NOW, LocationFactory, StockedProductFactory, on_hand, sell


@pytest.fixture
def closed(member):
    return LocationFactory(business=member.business, is_active=False)


def test_nothing_is_received_or_sold_at_a_closed_place(member, closed):
    product = StockedProductFactory(business=member.business)

    with pytest.raises(PlaceClosed, match="is closed"):
        receive_stock(by=member, lines=[StockLine(ProductRef(product=product.pk), 1)], at=NOW, location_id=closed.pk)
    with pytest.raises(PlaceClosed):
        sell(member, {product: 1}, location_id=closed.pk)

    assert on_hand(product) == 10


def test_goods_leave_a_closed_place_but_none_are_moved_to_it(member, closed):
    product = StockedProductFactory(business=member.business)
    one = [StockLine(ProductRef(product=product.pk), 1)]
    here = Location.objects.get(business=member.business, is_default=True)

    with pytest.raises(PlaceClosed) as refused:
        transfer_stock(by=member, lines=one, from_id=here.pk, to_id=closed.pk, at=NOW)
    Location.objects.filter(pk=closed.pk).update(is_active=True)
    transfer_stock(by=member, lines=one, from_id=here.pk, to_id=closed.pk, at=NOW)
    Location.objects.filter(pk=closed.pk).update(is_active=False)
    transfer_stock(by=member, lines=one, from_id=closed.pk, to_id=here.pk, at=NOW)

    assert refused.value.field == "to"
    assert on_hand(product) == 10


def test_the_place_that_sales_come_from_stays_open(member):
    place = Location.objects.get(business=member.business, is_default=True)
    place.is_active = False

    with pytest.raises(DefaultPlace):
        save_location(location=place, by=member, at=NOW)
