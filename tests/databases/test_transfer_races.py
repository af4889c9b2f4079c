"""Two people receive the same line of a transfer at once: one wins, the other sees why. A first transfer sent by many at once."""

from collections import Counter

import pytest

from inventory.models import Location, LocationKind, StockLevel, StockTransfer, StockTransferLine, TransferState
from inventory.services.proof import find_differences
from tests.factories import StockedProductFactory, on_hand
from tests.factories.stock import at, place, transferred

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


@pytest.mark.parametrize(("quantity", "wins"), [(10, 1), (3, 3), (1, 10)])
def test_a_line_received_at_once_is_received_once(race, member, quantity, wins):
    product, stall = StockedProductFactory(business=member.business, on_hand=10), place(member)
    transfer = transferred(member, product, 10)

    outcomes = race("receive_transfer", 6, transfer=transfer.pk, line=transfer.lines.get().pk, quantity=quantity)

    codes = Counter(code for code, _ in outcomes)
    assert codes["done"] == wins
    assert set(codes) <= {"done", "already_received", "over_receipt"}
    if quantity == 10:
        said = {message for code, message in outcomes if code != "done"}
        assert said == {f"{product.label}: all 10 that were sent have come already."}
    had = wins * quantity
    assert StockTransferLine.objects.get().received == had == at(product, stall)
    assert StockLevel.objects.get(product=product, location=stall).incoming == 10 - had
    assert StockTransfer.objects.get().state == (TransferState.RECEIVED if had == 10 else TransferState.PART_RECEIVED)
    assert on_hand(product) == 10
    assert find_differences(business=member.business) == []


def test_the_first_transfers_sent_at_once_make_one_place_in_transit_and_take_what_there_is(race, member):
    product, stall = StockedProductFactory(business=member.business, on_hand=7), place(member)

    outcomes = race("send_transfer", 6, product=product.pk, to=stall.pk)

    assert Counter(code for code, _ in outcomes) == {"done": 7, "insufficient_stock": 5}
    assert Location.objects.filter(kind=LocationKind.TRANSIT).count() == 1
    assert {number for code, number in outcomes if code == "done"} == {f"TR-{number}" for number in range(1, 8)}
    assert StockLevel.objects.get(product=product, location=stall).incoming == 7
    assert on_hand(product) == 7
    assert find_differences(business=member.business) == []
