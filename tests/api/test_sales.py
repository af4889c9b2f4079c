"""POST /sales/ and what follows from it."""

from decimal import Decimal

import pytest

from tests.factories import StockedProductFactory, on_hand

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(owner):
    return StockedProductFactory(business=owner.business, sku="MUG", name="Mug", price=Decimal("12.00"), tax_rate=20, on_hand=10)


def test_answers_the_whole_sale_with_its_lines_cost_and_margin(api, mug):
    answer = api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "quantity": "2", "discount": "4.00"}]})

    assert answer.status_code == 201
    sale = answer.json()
    line = sale["lines"][0]
    assert line["product"] == mug.pk
    assert line["sku"] == "MUG"
    assert {name: line[name] for name in ("quantity", "unit_price", "discount", "tax", "total", "cost")} == {
        "quantity": "2",
        "unit_price": "12.00",
        "discount": "4.00",
        "tax": "3.33",
        "total": "20.00",
        "cost": "4.00",
    }
    money = ("subtotal", "discount", "tax", "total", "paid", "change", "cost", "margin")
    assert [sale[name] for name in money] == ["16.67", "0.00", "3.33", "20.00", "20.00", "0.00", "4.00", "12.67"]
    assert sale["payments"] == [{"method": "cash", "amount": "20.00"}]
    assert on_hand(mug) == 8
