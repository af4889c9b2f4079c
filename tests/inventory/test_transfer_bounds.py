"""What a transfer refuses, each with its sentence; and what it meets: back-dating, counts, closed places, sample data."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from inventory.models import Location, LocationKind, StockMovement, StockTransfer
from inventory.queries.places import get_locations
from inventory.queries.stock import LevelFilters, get_levels, get_location_choices
from inventory.services.back_dating import NegativeLater
from inventory.services.end_transfer import cancel_transfer
from inventory.services.ledger import InsufficientStock
from inventory.services.places import NotAPlace, PlaceAwaits, save_location
from inventory.services.receive_transfer import Arrived, NothingReceived, UnknownLine, receive_transfer
from inventory.services.send_transfer import NotSendable, send_transfer
from inventory.services.stock import BadMoment, SamePlace, StockLine, receive_stock
from inventory.services.stocktake import Counted, add_counts, approve_stocktake, start_stocktake
from inventory.services.transit import TransferRefused
from inventory.shelves import PlaceClosed, ProductRef, UnknownLocation
from inventory.units import BadQuantity, UnknownUnit
from tests.factories import NOW, LocationFactory, MemberFactory, StockedProductFactory
from tests.factories.stock import arrived, at, place, transferred

pytestmark = pytest.mark.django_db
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Tea", on_hand=10)


@pytest.fixture
def shop(member):
    return Location.objects.get(business=member.business, is_default=True)


def send(member, tea, quantity=1, unit="", **options):
    lines = [StockLine(ProductRef(product=tea.pk), Decimal(quantity), unit)]
    return send_transfer(by=member, lines=lines, **{"to_id": place(member).pk, "at": NOW, **options})


@pytest.mark.parametrize(
    ("quantity", "unit", "error", "sentence"),
    [
        (1, "crate", UnknownUnit, "crate"),
        (10**9, "", BadQuantity, "is more than can be counted"),
        (Decimal(10) ** 30, "", BadQuantity, "is more than can be counted"),
        (10**9 - 1, "", InsufficientStock, "Tea: only 10 left"),
        (11, "", InsufficientStock, "Tea: only 10 left"),
        (-1, "", BadQuantity, "enter a quantity above 0"),
        (0, "", BadQuantity, "other than 0"),
        ("0.5", "", BadQuantity, "counted in whole numbers"),
    ],
)
def test_a_quantity_that_cannot_be_sent(member, tea, quantity, unit, error, sentence):
    with pytest.raises(error, match=sentence) as refused:
        send(member, tea, quantity, unit)

    assert refused.value.line == 0
    assert not StockTransfer.objects.exists()
    assert StockMovement.objects.count() == 1


def test_two_lines_of_one_product_are_one_and_refused_together(member, tea, shop):
    line = StockLine(ProductRef(product=tea.pk), Decimal(6))

    with pytest.raises(InsufficientStock):
        send_transfer(by=member, lines=[line, line], to_id=place(member).pk, at=NOW)
    sent = send_transfer(by=member, lines=[line, StockLine(line.ref, Decimal(2))], to_id=place(member).pk, at=NOW)

    assert sent.lines.get().sent == 8
    assert at(tea, shop) == 2


def test_places_that_goods_cannot_go_to(member, tea, shop):
    closed = LocationFactory(business=member.business, is_active=False)
    theirs = LocationFactory(business=MemberFactory().business)
    transferred(member, tea)
    transit = Location.objects.get(business=member.business, kind=LocationKind.TRANSIT)

    for to, error in ((shop, SamePlace), (closed, PlaceClosed), (theirs, UnknownLocation), (transit, UnknownLocation)):
        with pytest.raises(error) as refused:
            send(member, tea, to_id=to.pk)
        assert refused.value.field == "to"
    with pytest.raises(UnknownLocation):
        receive_stock(by=member, lines=[StockLine(ProductRef(product=tea.pk), Decimal(1))], at=NOW, location_id=transit.pk)


def test_what_is_no_longer_sold_is_not_sent_and_still_received(member, tea):
    transfer = transferred(member, tea, 2)
    tea.is_active = False
    tea.save()

    with pytest.raises(NotSendable, match=r"Tea is no longer sold\. Restore it first to send it\."):
        send(member, tea)
    arrived(member, transfer)

    assert at(tea, place(member)) == 2


def test_lines_that_cannot_be_received(member, tea):
    transfer, other = transferred(member, tea, 2), transferred(member, tea, 2)
    line = transfer.lines.get().pk

    for came, error in (
        ([], NothingReceived),
        ([Arrived(other.lines.get().pk, Decimal(1))], UnknownLine),
        ([Arrived(line, Decimal(1), "crate")], UnknownUnit),
        ([Arrived(line, Decimal(10) ** 30)], BadQuantity),
        ([Arrived(line, Decimal(-1))], BadQuantity),
    ):
        with pytest.raises(error):
            receive_transfer(transfer=transfer, by=member, lines=came, at=NOW)

    assert at(tea, place(member)) == 0


def test_nothing_comes_of_what_was_cancelled(member, tea):
    transfer = transferred(member, tea, 2)
    cancel_transfer(transfer=transfer, by=member, at=NOW)

    with pytest.raises(TransferRefused, match=r"TR-1 is cancelled and cannot be received\."):
        arrived(member, transfer, 1)


def test_dated_back_where_one_may_and_never_before_it_was_sent(member, clerk, tea, frozen_time):
    frozen_time.shift(timedelta(days=2))
    later, yesterday = NOW + timedelta(days=2), NOW + timedelta(days=1)

    transfer = transferred(member, tea, 2, at=later, occurred_at=yesterday)
    with pytest.raises(BadMoment, match=r"TR-1 was sent after that moment\."):
        arrived(member, transfer, at=later, occurred_at=yesterday - timedelta(hours=1))
    with pytest.raises(BadMoment, match="future"):
        arrived(member, transfer, at=later, occurred_at=later + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        arrived(clerk, transfer, at=later, occurred_at=yesterday)
    arrived(member, transfer, at=later, occurred_at=yesterday)

    assert transfer.sent_at == yesterday
    assert set(StockMovement.objects.filter(document="TR-1").values_list("occurred_at", "recorded_at")) == {(yesterday, later)}


def test_nothing_is_sent_from_a_past_that_did_not_have_it(member, tea):
    had = StockLine(ProductRef(product=tea.pk), Decimal(1))
    receive_stock(by=member, lines=[had], at=NOW, occurred_at=YESTERDAY - timedelta(days=1))

    with pytest.raises(NegativeLater, match="on 3 March 2026 there would have been -1"):
        transferred(member, tea, 2, occurred_at=YESTERDAY, at=NOW)
    transferred(member, tea, 1, occurred_at=YESTERDAY, at=NOW)

    assert StockTransfer.objects.get().sent_at == YESTERDAY


def test_a_place_that_awaits_goods_stays_open(member, tea):
    stall, transfer = place(member), transferred(member, tea, 2)
    stall.is_active = False

    with pytest.raises(PlaceAwaits, match=r"Goods of TR-1 are under way from or to Stall\."):
        save_location(location=stall, by=member, at=NOW)
    arrived(member, transfer)
    save_location(location=stall, by=member, at=NOW)

    assert not Location.objects.get(pk=stall.pk).is_active


def test_where_goods_in_transit_lie_is_no_place(member, tea):
    transferred(member, tea)
    transit = Location.objects.get(business=member.business, kind=LocationKind.TRANSIT)

    with pytest.raises(NotAPlace):
        save_location(location=transit, by=member, at=NOW)
    with pytest.raises(UnknownLocation):
        start_stocktake(by=member, at=NOW, location_id=transit.pk)

    names = {"Shop floor", "Stall"}
    assert {location.name for location in get_locations(member.business)} == names
    assert {name for _, name in get_location_choices(member.business, active=False)} == names
    assert {
        level.location.name for level in get_levels(business=member.business, filters=LevelFilters(), today=NOW.date())
    } == names


def test_a_count_does_not_miss_what_is_under_way(member, tea, shop):
    transferred(member, tea, 4)
    count = start_stocktake(by=member, at=NOW)
    add_counts(stocktake=count, by=member, counts=[Counted(ProductRef(product=tea.pk), Decimal(6))], at=NOW)
    approve_stocktake(stocktake=count, by=member, at=NOW)

    assert count.lines.get().variance == 0
    assert at(tea, shop) == 6


def test_what_comes_after_a_count_is_on_top_of_it(member, tea):
    stall, transfer = place(member), transferred(member, tea, 4)
    arrived(member, transfer, 1)
    count = start_stocktake(by=member, at=NOW, location_id=stall.pk)
    add_counts(stocktake=count, by=member, counts=[Counted(ProductRef(product=tea.pk), Decimal(1))], at=NOW)
    arrived(member, transfer, at=NOW + timedelta(minutes=5))

    approve_stocktake(stocktake=count, by=member, at=NOW + timedelta(minutes=9))

    assert at(tea, stall) == 4
