"""What a request costs in SQL, the look-up of its key and the statements of its transaction included."""

from datetime import timedelta

import pytest

from tests.factories import NOW, BarcodeFactory, CategoryFactory, StockedProductFactory, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(api):
    """A key in use: that it was used is noted every few minutes only."""
    api.get("/api/v1/business/")
    return api


@pytest.fixture
def stocked(owner):
    def make(count=1):
        products = [
            StockedProductFactory(
                business=owner.business, on_hand=50, category=CategoryFactory(business=owner.business), reorder_point=5
            )
            for _ in range(count)
        ]
        for product in products:
            BarcodeFactory.create_batch(2, product=product)
        return products

    return make


@pytest.mark.parametrize("method", ["average", "fifo"])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}], ids=["plain", "with a key"])
def test_a_sale_of_one_line_costs_at_most_15(used, owner, stocked, django_assert_max_num_queries, headers, method):
    type(owner.business).objects.update(valuation=method)
    owner.business.valuation = method
    (product,) = stocked()

    with django_assert_max_num_queries(15):
        answer = used.post("/api/v1/sales/", {"lines": [{"product": product.pk, "quantity": "1"}]}, headers=headers)

    assert answer.status_code == 201


def test_a_sale_of_twenty_lines_costs_one_more_for_each_shelf(used, stocked, django_assert_max_num_queries):
    products = stocked(20)

    with django_assert_max_num_queries(13 + 19):
        answer = used.post("/api/v1/sales/", {"lines": [{"product": p.pk, "quantity": "1"} for p in products]})

    assert answer.status_code == 201


def test_a_stock_removal_costs_at_most_10(used, stocked, django_assert_max_num_queries):
    (product,) = stocked()

    with django_assert_max_num_queries(10):
        body = {"lines": [{"sku": product.sku, "quantity": "1"}], "reason": "Broken"}
        answer = used.post("/api/v1/stock/take/", body, headers={"Idempotency-Key": "one"})

    assert answer.status_code == 201


@pytest.mark.parametrize("count", [1, 20])
def test_the_product_list_costs_at_most_4_at_any_length(used, stocked, django_assert_max_num_queries, count):
    stocked(count)

    with django_assert_max_num_queries(4):
        answer = used.get("/api/v1/products/")

    assert len(answer.json()["results"]) == count


def test_the_product_list_costs_at_most_4_at_any_depth(used, stocked, django_assert_max_num_queries):
    stocked(9)
    url = "/api/v1/products/?page_size=1"

    for _ in range(9):
        with django_assert_max_num_queries(4):
            url = used.get(url).json()["next"]

    assert url is None


@pytest.mark.parametrize("count", [1, 20])
def test_movements_cost_at_most_4(used, stocked, django_assert_max_num_queries, count):
    stocked(count)

    with django_assert_max_num_queries(4):
        answer = used.get("/api/v1/movements/")

    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize("count", [1, 20])
def test_sales_cost_at_most_4(used, owner, stocked, django_assert_max_num_queries, count):
    products = stocked(3)
    for minute in range(count):
        sell(owner, dict.fromkeys(products, 1), at=NOW - timedelta(minutes=minute))

    with django_assert_max_num_queries(4):
        answer = used.get("/api/v1/sales/")

    assert len(answer.json()["results"]) == count


@pytest.mark.parametrize("path", ["stock", "categories", "locations"])
@pytest.mark.parametrize("count", [1, 20])
def test_short_lists_cost_two(used, stocked, django_assert_num_queries, path, count):
    stocked(count)

    with django_assert_num_queries(2):
        used.get(f"/api/v1/{path}/")


def test_no_list_counts_its_rows_or_skips_them(used, stocked, django_assert_max_num_queries):
    stocked(3)

    for path in ("products", "movements", "stock", "sales", "categories", "locations"):
        with django_assert_max_num_queries(5) as queries:
            used.get(f"/api/v1/{path}/?page_size=1")
        assert not [q for q in queries if "COUNT(" in q["sql"].upper() or "OFFSET" in q["sql"].upper()]
