"""Two tills that sell the last units of two batches at the same moment, in two real processes."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.models import BatchLevel, BatchMovement
from inventory.services.proof import prove_ledger
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import BatchRef, ProductRef
from tests.factories import LocationFactory, StockedProductFactory, on_hand

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


@pytest.fixture
def milk(member):
    """Twelve, of which five expire sooner than the rest."""
    product = StockedProductFactory(business=member.business, name="Milk", on_hand=0, tracks_batches=True)
    for days, count in ((2, 5), (9, 7)):
        dated = BatchRef(expires_on=timezone.now().date() + timedelta(days=days))
        line = StockLine(ProductRef(product=product.pk), Decimal(count), unit_cost=Decimal(1), batch=dated)
        receive_stock(by=member, lines=[line], at=timezone.now())
    return product


def test_the_last_of_two_batches_are_sold_once_each(race, member, milk):
    outcomes = race("sell", 15, product=milk.pk)

    assert Counter(code for code, _ in outcomes) == {"done": 12, "insufficient_stock": 18}
    sold = BatchMovement.objects.filter(movement__kind="sold").values_list("batch__expires_on", "quantity")
    assert sorted(Counter(day for day, _ in sold).values()) == [5, 7]
    assert not BatchLevel.objects.in_stock().exists()
    assert prove_ledger(business=member.business, at=timezone.now()) == []


def test_what_is_sold_here_and_carried_away_meanwhile_stays_of_its_batch(race, member, milk):
    back = LocationFactory(business=member.business)

    outcomes = race("sell_or_move", 6, product=milk.pk, to=back.pk)

    assert {code for code, _ in outcomes} == {"done"}
    assert sum(BatchLevel.objects.values_list("on_hand", flat=True)) == on_hand(milk) == 6
    assert prove_ledger(business=member.business, at=timezone.now()) == []
    assert not member.business.alerts.filter(kind="ledger_mismatch").exists()
