"""A shop whose prices and stock are written in one currency does not change to another."""

from decimal import Decimal

import pytest

from accounts.services.businesses import CurrencyInUse, update_business
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, ProductFactory

YEN = {"currency": "JPY"}


@pytest.mark.parametrize("amounts", [{"price": Decimal(5)}, {"price": 0, "cost": Decimal(2)}])
def test_the_currency_stays_once_a_product_has_a_price_or_a_cost(owner, amounts):
    ProductFactory(business=owner.business, **amounts)

    with pytest.raises(CurrencyInUse, match="written in GBP already"):
        update_business(business=owner.business, by=owner, values=YEN, at=NOW)


def test_the_currency_stays_once_stock_has_moved(owner):
    product = ProductFactory(business=owner.business, price=0)
    receive_stock(by=owner, lines=[StockLine(ProductRef(product=product.pk), Decimal(1), unit_cost=Decimal(2))], at=NOW)

    with pytest.raises(CurrencyInUse):
        update_business(business=owner.business, by=owner, values=YEN, at=NOW)


def test_the_currency_changes_while_nothing_is_priced_and_whatever_others_priced(owner):
    ProductFactory(business=owner.business, price=0)
    ProductFactory(price=Decimal(5))

    update_business(business=owner.business, by=owner, values=YEN, at=NOW)

    assert owner.business.currency == "JPY"
