"""Sales are undone while goods come in that correct what they cost: neither is ever in the other's way for good."""

import pytest
from django.utils import timezone

from accounts.models import Business
from inventory.models import StockLevel
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.proof import find_differences
from tests.factories import StockedProductFactory, sell

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
TIMES = 12


@pytest.mark.parametrize("task", ["refund_or_receive", "void_or_receive"])
def test_who_undoes_and_who_receives_wait_in_one_order(race, member, task):
    Business.objects.filter(pk=member.business.pk).update(allow_negative_stock=True)
    member.business.allow_negative_stock = True
    product = StockedProductFactory(business=member.business, on_hand=1)
    lines = [sell(member, {product: 1}, at=timezone.now()).lines.get().pk for _ in range(TIMES)]

    outcomes = race(task, TIMES, product=product.pk, lines=lines)

    assert {code for code, _ in outcomes} == {"done"}, outcomes
    assert StockLevel.objects.get(product=product).on_hand == 1 + TIMES
    assert find_differences(business=member.business) == []
    assert find_wrong_costs(business=member.business) == []
