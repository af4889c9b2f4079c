"""Under FIFO the first layer is read together with the shelf; what is taken is the same as with all layers looked up."""

from decimal import Decimal

import pytest

from inventory.services.cost_proof import find_wrong_costs
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, ProductFactory, sell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sold", "costs", "queries"), [([3, 7], [3, 7], 13), ([3, 8], [3, 9], 14), ([10, 10, 1], [10, 20, 3], 13)]
)
def test_a_sale_out_of_one_layer_looks_up_none(member, sold, costs, queries, django_assert_max_num_queries):
    member.business.valuation = "fifo"
    product = ProductFactory(business=member.business)
    for cost in (1, 2, 3):
        line = StockLine(ProductRef(product=product.pk), Decimal(10), unit_cost=Decimal(cost))
        receive_stock(by=member, lines=[line], at=NOW)

    with django_assert_max_num_queries(queries * len(sold)):
        sales = [sell(member, {product: quantity}) for quantity in sold]

    assert [sale.cost for sale in sales] == costs
    assert find_wrong_costs(business=member.business) == []
