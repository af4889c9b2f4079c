"""The database checks that a receipt adds up, also where it adds decimals as floats."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from sales.models import Sale
from tests.factories import StockedProductFactory, sell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("price", ["0.06", "0.41", "6.11", "8.95"])
def test_takes_totals_that_floats_would_miss(member, price):
    product = StockedProductFactory(business=member.business, price=Decimal(price), tax_rate=Decimal(20))

    sale = sell(member, {product: 1})

    assert sale.total == Decimal(price)


def test_refuses_a_total_that_is_not_net_and_tax(member):
    sale = sell(member, {StockedProductFactory(business=member.business): 1})

    with pytest.raises(IntegrityError), transaction.atomic():
        Sale.objects.filter(pk=sale.pk).update(total=Decimal("0.01"))
