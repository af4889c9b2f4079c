"""Several people count one shelf while it is sold from: every scan is in the sum, and the count stays what was counted."""

from collections import Counter

import pytest
from django.utils import timezone

from inventory.models import MovementKind, StockMovement, Stocktake, StocktakeCount, StocktakeLine, StocktakeState
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.proof import find_differences
from inventory.services.stocktake import Counted, add_counts, start_stocktake
from inventory.shelves import ProductRef
from tests.factories import StockedProductFactory, on_hand

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


def test_what_two_people_scan_of_one_product_is_all_in_its_sum(race, member):
    product = StockedProductFactory(business=member.business, on_hand=50)
    stocktake = start_stocktake(by=member, at=timezone.now())

    outcomes = race("count", 15, stocktake=stocktake.pk, product=product.pk)

    assert Counter(outcomes) == {("done", ""): 30}
    assert StocktakeLine.objects.get().counted == 30
    assert StocktakeCount.objects.count() == 30


def test_of_two_who_approve_at_once_one_does(race, member):
    product = StockedProductFactory(business=member.business, on_hand=50)
    stocktake = start_stocktake(by=member, at=timezone.now())
    counts = [Counted(ProductRef(product=product.pk), 7)]
    add_counts(stocktake=stocktake, by=member, counts=counts, at=timezone.now())

    outcomes = race("approve", 4, stocktake=stocktake.pk)

    assert Counter(code for code, _ in outcomes) == {"done": 1, "count_closed": 7}
    assert {said for code, said in outcomes if code != "done"} == {"Somebody else has ended this count meanwhile."}
    assert on_hand(product) == 7
    assert StockMovement.objects.filter(kind=MovementKind.COUNTED).count() == 1


def test_sold_while_it_is_counted_and_approved_each_count_is_what_was_counted(race, member):
    product = StockedProductFactory(business=member.business, on_hand=500)

    outcomes = race("count_or_sell", 25, product=product.pk)

    codes = Counter(code for code, _ in outcomes)
    assert set(codes) <= {"done", "already_counting"}, outcomes
    rows = list(StockMovement.objects.filter(product=product).order_by("occurred_at", "pk"))
    counts = {line.stocktake_id: line for line in StocktakeLine.objects.filter(stocktake__state=StocktakeState.APPROVED)}
    assert counts
    assert sum(1 for row in rows if row.kind == MovementKind.SOLD) == 25
    for place, row in enumerate(rows):
        if row.kind == MovementKind.COUNTED:
            assert sum(each.quantity for each in rows[: place + 1]) == counts.pop(row.document_id).counted
    assert not counts
    assert find_differences(business=member.business) == []
    assert find_wrong_costs(business=member.business) == []
    assert not Stocktake.objects.open().exists()
