"""Bad input about stock and orders: each has its sentence at its field, and nothing is half done."""

import pytest

from inventory.models import Product, StockMovement, StocktakeCount
from inventory.services.stocktake import start_stocktake
from purchasing.models import Receipt
from purchasing.services.end import cancel_order
from tests.factories import NOW, StockedProductFactory
from tests.factories.purchasing import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Tea", sku="TEA", on_hand=10)


def refused(answer, status, field):
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["field"]) == (status, field), answer.json()
    return error["message"]


def test_a_receipt_of_a_cancelled_order(api, member):
    order = sent(member)
    cancel_order(order=order, by=member, at=NOW)

    body = {"lines": [{"line": order.lines.get().pk, "quantity": "1"}]}
    said = refused(api.post(f"/api/v1/purchase-orders/{order.pk}/receive/", body), 409, "")

    assert said == "PO-1 is cancelled and cannot be received."
    assert not Receipt.objects.exists()


def test_a_count_of_a_product_that_is_no_longer_sold(api, member, tea):
    count = start_stocktake(by=member, at=NOW)
    Product.objects.filter(pk=tea.pk).update(is_active=False)

    lines = [{"sku": "TEA", "quantity": "3"}]
    said = refused(api.post(f"/api/v1/stocktakes/{count.pk}/counts/", {"lines": lines}), 400, "lines[0].product")

    assert said == "Tea is no longer sold. Restore it first to count it."
    assert not StocktakeCount.objects.exists()


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        ({"quantity": "1", "unit": "crate"}, "lines[1].unit", "crate"),
        ({"quantity": "1000000000"}, "lines[1].quantity", "Not above 999,999,999."),
        ({"quantity": "1" + "0" * 30}, "lines[1].quantity", "Enter a number such as 12.50."),
    ],
)
@pytest.mark.parametrize("path", ["receive", "adjust", "take"])
def test_an_unknown_unit_or_too_many(api, tea, path, line, field, sentence):
    lines = [{"sku": "TEA", "quantity": "1"}, {"sku": "TEA"} | line]
    before = StockMovement.objects.count()

    said = refused(api.post(f"/api/v1/stock/{path}/", {"lines": lines, "reason": "Found"}), 400, field)

    assert sentence in said
    assert StockMovement.objects.count() == before


@pytest.mark.parametrize("price", ["0.005", "5.001"])
def test_a_price_of_half_a_penny(api, price):
    said = refused(api.post("/api/v1/products/", {"sku": "JAM", "name": "Jam", "price": price}), 400, "price")

    assert said == "At most 2 decimal places."
    assert not Product.objects.filter(sku="JAM").exists()
