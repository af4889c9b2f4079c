"""Two people receive the same line at once: one wins, the other sees why."""

from collections import Counter

import pytest

from inventory.models import StockLevel
from inventory.services.proof import find_differences
from purchasing.models import OrderState, PurchaseLine, PurchaseOrder, Receipt
from tests.factories import on_hand
from tests.factories.purchasing import sent

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


@pytest.mark.parametrize(("quantity", "wins"), [(10, 1), (3, 3), (1, 10)])
def test_a_line_received_at_once_is_received_once(race, member, quantity, wins):
    order = sent(member)
    line = order.lines.get()

    outcomes = race("receive", 6, order=order.pk, line=line.pk, quantity=quantity)

    codes = Counter(code for code, _ in outcomes)
    assert codes["done"] == min(wins, 12)
    assert set(codes) <= {"done", "already_received", "over_receipt"}
    if quantity == 10:
        said = {message for code, message in outcomes if code != "done"}
        assert said == {f"{line.description}: all 10 that were ordered have come already."}
    had = wins * quantity
    assert on_hand(line.product) == had
    assert PurchaseLine.objects.get().received == had
    assert StockLevel.objects.get(product=line.product).incoming == 10 - had
    assert PurchaseOrder.objects.get().state == (OrderState.RECEIVED if had == 10 else OrderState.PART_RECEIVED)
    assert Receipt.objects.count() == wins
    assert find_differences(business=member.business) == []
