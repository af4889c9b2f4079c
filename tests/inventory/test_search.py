"""Search by part of a name, SKU or barcode: the same answer for few and for many, and never past an index."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Product
from inventory.models import product as rules
from inventory.models.product import SEARCH_BYTES, searchable
from inventory.services.catalogue import create_product
from tests.factories import NOW, MemberFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mugs(member) -> list[Product]:
    return [
        ProductFactory(business=member.business, name=f"{colour} mug", sku=f"M-{colour}") for colour in ("Blue", "Green", "Red")
    ]


@pytest.mark.parametrize("few", [0, 2, 3, 1000])
@pytest.mark.parametrize(
    ("text", "found"),
    [("mug", 3), ("ree", 1), ("m-re", 1), ("MUG blu", 1), ("mug, red", 1), (",", 0), ("mug plate", 0), ("", 3), ("100 %", 0)],
)
def test_finds_the_same_whether_few_or_many_match(member, mugs, monkeypatch, few, text, found):
    monkeypatch.setattr(rules, "FEW", few)

    assert Product.objects.for_business(member.business).matching(text).count() == found


def test_keeps_to_the_business_that_asks(member, mugs):
    other = MemberFactory().business

    assert not Product.objects.for_business(other).matching("mug").exists()


def test_keeps_every_other_condition(member, mugs):
    Product.objects.filter(pk=mugs[0].pk).update(is_active=False)

    assert Product.objects.for_business(member.business).active().matching("mug").count() == 2


def test_costs_two_queries_and_without_words_one(member, mugs, django_assert_num_queries):
    with django_assert_num_queries(2):
        list(Product.objects.for_business(member.business).with_stock().matching("mug")[:50])
    with django_assert_num_queries(1):
        list(Product.objects.for_business(member.business).with_stock().matching("  ")[:50])


def test_looks_for_few_by_what_its_index_holds(member, mugs):
    with CaptureQueriesContext(connection) as queries:
        Product.objects.for_business(member.business).active().with_stock().matching("zebra")

    columns = set(re.findall(r"inventory_product\W+(\w+)", queries[0]["sql"].lower()))
    assert columns - {"where"} == {"id", "business_id", "search_text"}


def test_a_long_text_keeps_its_beginning_and_fits_every_database(member):
    product = create_product(
        by=member, values={"name": "茶" * 120, "sku": "TEA-1", "price": Decimal(1)}, at=NOW, barcodes=["5012345678900"]
    )

    assert len(product.search_text.encode()) <= SEARCH_BYTES
    assert Product.objects.for_business(member.business).matching("tea-1 茶茶").get() == product


def test_holds_each_word_once():
    assert searchable("Tea", "Tea cup  CUP", "") == "tea cup"
