"""Prices changed one by one and many at once, at the same moment: who saw an older version changes nothing."""

from collections import Counter
from decimal import Decimal

import pytest

from inventory.models import BulkEdit, Product
from tests.factories import ProductFactory

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


def test_of_those_who_saw_one_version_one_changes_it(race, member):
    goods = ProductFactory.create_batch(20, business=member.business, price=Decimal(5))

    outcomes = race("reprice", 6, products=[product.pk for product in goods])

    codes = Counter(code for code, _ in outcomes)
    assert codes["done"] == 1, outcomes
    assert set(codes) <= {"done", "stale_version", "some_refused"}
    first, rest = Product.objects.get(pk=goods[0].pk), Product.objects.exclude(pk=goods[0].pk)
    assert (first.price, first.version) == (6, 2)
    whole = BulkEdit.objects.exists()
    assert {(product.price, product.version) for product in rest} == {(6, 2) if whole else (5, 1)}
