"""A transfer in two steps: goods leave, are available nowhere, and come; what the shop has and its value never change."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from audit.models import AuditEntry
from inventory.models import Location, LocationKind, MovementKind, Product, StockLevel, StockMovement, StockState, TransferState
from inventory.queries.product_page import get_standing
from inventory.queries.valuation import get_stock_value, get_valuation
from inventory.services.end_transfer import cancel_transfer, close_transfer
from inventory.services.proof import find_differences
from inventory.services.receive_transfer import AlreadyReceived, OverReceipt
from inventory.services.stock import MissingReason
from inventory.services.transit import TransferRefused
from tests.factories import NOW, LocationFactory, MemberFactory, StockedProductFactory, on_hand, sell
from tests.factories.stock import arrived, at, place, transferred

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Tea", on_hand=10, reorder_point=4)


@pytest.fixture
def shop(member):
    return Location.objects.get(business=member.business, is_default=True)


def incoming(product, location):
    return StockLevel.objects.get(product=product, location=location).incoming


def test_what_is_sent_is_off_the_shelf_and_incoming_and_available_nowhere(member, tea, shop):
    stall = place(member)

    transfer = transferred(member, tea, 3)

    assert (at(tea, shop), at(tea, stall), incoming(tea, stall)) == (7, 0, 3)
    standing = get_standing(tea)
    assert (standing.on_hand, standing.available, standing.in_transit, standing.incoming, standing.owned) == (7, 7, 3, 3, 10)
    listed = Product.objects.filter(pk=tea.pk).with_stock().with_transit().get()
    assert (listed.total_on_hand, listed.total_incoming, listed.total_in_transit) == (7, 3, 3)
    assert (transfer.number, transfer.state) == ("TR-1", TransferState.IN_TRANSIT)
    assert on_hand(tea) == 10
    assert find_differences(business=member.business) == []


def test_it_comes_in_parts_and_then_is_received(member, clerk, tea):
    stall, transfer = place(member), transferred(member, tea, 5)

    first = arrived(clerk, transfer, 2).state
    standing = at(tea, stall), incoming(tea, stall)
    second = arrived(clerk, transfer, 3)

    assert (first, standing) == (TransferState.PART_RECEIVED, (2, 3))
    assert (second.state, second.ended_by, second.ended_at) == (TransferState.RECEIVED, clerk, NOW)
    assert (at(tea, stall), incoming(tea, stall), get_standing(tea).in_transit) == (5, 0, 0)
    assert find_differences(business=member.business) == []


def test_no_more_comes_than_was_sent(member, tea):
    transfer = transferred(member, tea, 5)
    arrived(member, transfer, 2)

    with pytest.raises(OverReceipt, match=r"Tea: 5 were sent and 2 have come\. At most 3 more can be received\."):
        arrived(member, transfer, 4)
    arrived(member, transfer, 3)
    with pytest.raises(AlreadyReceived, match=r"Tea: all 5 that were sent have come already\."):
        arrived(member, transfer, 1)

    assert at(tea, place(member)) == 5


def test_the_total_value_is_the_same_before_during_and_after(member, tea):
    today = member.business.local_day(NOW)
    values = [get_stock_value(business=member.business)]

    transfer = transferred(member, tea, 4)
    values += [get_stock_value(business=member.business), get_valuation(business=member.business, as_of=today).total]
    arrived(member, transfer, 1)
    values += [get_stock_value(business=member.business), get_valuation(business=member.business, as_of=today).total]
    arrived(member, transfer)
    values += [get_stock_value(business=member.business), get_valuation(business=member.business, as_of=today).total]

    assert set(values) == {Decimal("20.00")}


def test_as_of_a_day_on_which_it_was_under_way_the_value_is_the_same(member, tea):
    transfer = transferred(member, tea, 4, at=NOW + timedelta(days=1))
    arrived(member, transfer, at=NOW + timedelta(days=9))

    day = member.business.local_day(NOW + timedelta(days=5))

    assert get_valuation(business=member.business, as_of=day).total == Decimal("20.00")


def test_cancelled_before_anything_came_all_is_back(member, tea, shop):
    transfer = transferred(member, tea, 4)

    cancel_transfer(transfer=transfer, by=member, at=NOW, reason="Van broke down")

    assert (transfer.state, transfer.reason, transfer.ended_by) == (TransferState.CANCELLED, "Van broke down", member)
    assert (at(tea, shop), incoming(tea, place(member)), get_standing(tea).in_transit) == (10, 0, 0)
    assert transfer.lines.get().put_back == 4
    assert get_stock_value(business=member.business) == Decimal("20.00")


def test_once_some_has_come_it_is_closed_and_not_cancelled(member, tea, shop):
    transfer = transferred(member, tea, 4)
    arrived(member, transfer, 3)

    with pytest.raises(TransferRefused, match=r"TR-1 is part received and cannot be cancelled\."):
        cancel_transfer(transfer=transfer, by=member, at=NOW)
    close_transfer(transfer=transfer, by=member, at=NOW)

    line = transfer.lines.get()
    assert (line.received, line.put_back, line.written_off, line.outstanding) == (3, 1, 0, 0)
    assert (at(tea, shop), at(tea, place(member)), transfer.state) == (7, 3, TransferState.CLOSED)


def test_what_never_came_is_written_off_with_a_reason(member, tea, shop):
    transfer = transferred(member, tea, 4)
    arrived(member, transfer, 3)

    with pytest.raises(MissingReason):
        close_transfer(transfer=transfer, by=member, at=NOW, write_off=True, reason=" ")
    close_transfer(transfer=transfer, by=member, at=NOW, write_off=True, reason="Fell off the van")

    lost = StockMovement.objects.newest_first().first()
    assert (lost.kind, lost.quantity, lost.reason, lost.document) == (MovementKind.ADJUSTED, -1, "Fell off the van", "TR-1")
    assert lost.location.kind == LocationKind.TRANSIT
    assert (at(tea, shop), on_hand(tea), transfer.lines.get().written_off) == (6, 9, 1)
    assert get_stock_value(business=member.business) == Decimal("18.00")
    assert find_differences(business=member.business) == []


@pytest.mark.parametrize("end", ["received", "closed", "cancelled"])
def test_what_has_ended_stays_as_it_is(member, tea, end):
    transfer = transferred(member, tea, 4)
    if end == "received":
        transfer = arrived(member, transfer)
    else:
        {"closed": close_transfer, "cancelled": cancel_transfer}[end](transfer=transfer, by=member, at=NOW)
    before = sorted(StockLevel.objects.values_list("product", "location", "on_hand", "incoming"))

    for act in (
        lambda: arrived(member, transfer, 1),
        lambda: cancel_transfer(transfer=transfer, by=member, at=NOW),
        lambda: close_transfer(transfer=transfer, by=member, at=NOW),
    ):
        with pytest.raises((TransferRefused, AlreadyReceived)):
            act()

    assert sorted(StockLevel.objects.values_list("product", "location", "on_hand", "incoming")) == before


def test_what_is_under_way_cannot_be_sold_and_so_it_is_low_until_it_comes(member, tea):
    transfer = transferred(member, tea, 7)
    during = Product.objects.get(pk=tea.pk).stock_state

    arrived(member, transfer)

    assert during == StockState.LOW
    assert Product.objects.get(pk=tea.pk).stock_state == StockState.OK


def test_a_sale_below_the_reorder_point_heeds_only_what_is_at_places(member, tea):
    transferred(member, tea, 5)

    sell(member, {tea: 1})

    assert Product.objects.get(pk=tea.pk).stock_state == StockState.LOW


def test_who_may_do_it(member, clerk, viewer, tea):
    transfer = transferred(member, tea, 4)

    for person, act in (
        (clerk, lambda: transferred(clerk, tea)),
        (clerk, lambda: cancel_transfer(transfer=transfer, by=clerk, at=NOW)),
        (clerk, lambda: close_transfer(transfer=transfer, by=clerk, at=NOW)),
        (viewer, lambda: arrived(viewer, transfer, 1)),
    ):
        with pytest.raises(NotAllowed):
            act()
        assert person.role in {"clerk", "viewer"}

    assert arrived(clerk, transfer, 1).state == TransferState.PART_RECEIVED


def test_each_step_is_in_the_trail(member, tea):
    transfer = transferred(member, tea, 4)
    arrived(member, transfer, 3)
    close_transfer(transfer=transfer, by=member, at=NOW, write_off=True, reason="Lost")

    entries = AuditEntry.objects.filter(subject_type="stocktransfer").order_by("pk")
    assert list(entries.values_list("action", "document", "reason")) == [
        ("transfer sent", "TR-1", ""),
        ("transfer received", "TR-1", ""),
        ("transfer closed", "TR-1", "Lost"),
    ]


def test_one_place_in_transit_for_a_business_whatever_its_places_are_called(member, tea):
    LocationFactory(business=member.business, name="in transit")
    stranger = MemberFactory(role="owner")

    transferred(member, tea)
    transferred(member, tea)
    transferred(stranger, StockedProductFactory(business=stranger.business))

    kept = Location.objects.filter(kind=LocationKind.TRANSIT).order_by("pk")
    assert list(kept.values_list("business", "name")) == [
        (member.business_id, "In transit 2"),
        (stranger.business_id, "In transit"),
    ]
