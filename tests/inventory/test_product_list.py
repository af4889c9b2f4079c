"""The list of products: found, filtered, sorted and paged, at the same cost at any length and depth."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from inventory.models import Product, StockLevel
from tests.factories import NOW, BarcodeFactory, CategoryFactory, MemberFactory, ProductFactory, StockedProductFactory, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [row.product.name for row in response.context["rows"]]


def test_products_are_found_by_part_of_name_sku_or_barcode(logged_in, member):
    mug = ProductFactory(business=member.business, name="Blue mug", sku="CUP-7")
    ProductFactory(business=member.business, name="Teapot")
    BarcodeFactory(product=mug, code="5012345")
    Product.objects.filter(pk=mug.pk).update(search_text="blue mug cup-7 5012345")

    for text in ["lue m", "cup-", "1234", "mug blue"]:
        assert names(logged_in.get("/products/", {"q": text})) == ["Blue mug"], text


def test_typing_answers_with_the_list_alone(logged_in, member):
    ProductFactory(business=member.business, name="Blue mug")

    part = logged_in.get("/products/", {"q": "mug"}, headers={"HX-Request": "true"})

    assert "Blue mug" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]


def test_going_back_shows_the_whole_page_again(logged_in):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in logged_in.get("/products/", headers=headers).content.decode()


def test_filters_narrow_by_category_state_and_activity(logged_in, member):
    category = CategoryFactory(business=member.business)
    ProductFactory(business=member.business, name="A shelved", category=category)
    ProductFactory(business=member.business, name="B low", stock_state="low")
    ProductFactory(business=member.business, name="C out", stock_state="out")
    ProductFactory(business=member.business, name="D archived", is_active=False)

    assert names(logged_in.get("/products/", {"category": category.pk})) == ["A shelved"]
    assert names(logged_in.get("/products/", {"stock": "low"})) == ["B low"]
    assert names(logged_in.get("/products/", {"stock": "out"})) == ["C out"]
    assert names(logged_in.get("/products/", {"stock": "ok"})) == ["A shelved"]
    assert names(logged_in.get("/products/", {"active": "no"})) == ["D archived"]
    assert len(names(logged_in.get("/products/", {"active": "all"}))) == 4


def test_what_stands_below_zero_can_be_listed(logged_in, member):
    short, _ = StockedProductFactory.create_batch(2, business=member.business)
    StockLevel.objects.filter(product=short).update(on_hand=-2)

    assert names(logged_in.get("/products/", {"stock": "negative"})) == [short.name]


@pytest.mark.parametrize(
    "bad", [{"category": "x"}, {"stock": "x"}, {"active": "x"}, {"sort": "x"}, {"after": "x"}, {"q": "a" * 300}]
)
def test_a_filter_that_makes_no_sense_is_no_error(logged_in, member, bad):
    ProductFactory(business=member.business)

    assert logged_in.get("/products/", bad).status_code == 200


def test_sorts_by_name_and_by_sku_both_ways(logged_in, member):
    ProductFactory(business=member.business, name="Apple", sku="2")
    ProductFactory(business=member.business, name="Bread", sku="1")

    assert names(logged_in.get("/products/")) == ["Apple", "Bread"]
    assert names(logged_in.get("/products/", {"sort": "-name"})) == ["Bread", "Apple"]
    assert names(logged_in.get("/products/", {"sort": "sku"})) == ["Bread", "Apple"]
    assert names(logged_in.get("/products/", {"sort": "-sku"})) == ["Apple", "Bread"]


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_costs_four_queries_at_any_length(logged_in, member, django_assert_max_num_queries, count):
    category = CategoryFactory(business=member.business)
    for product in StockedProductFactory.create_batch(count, business=member.business, category=category):
        sell(member, {product: 1})
    logged_in.get("/products/")

    with django_assert_max_num_queries(4):
        response = logged_in.get("/products/", {"category": category.pk})
    with django_assert_max_num_queries(4):
        searched = logged_in.get("/products/", {"q": "sku"})

    assert len(response.context["rows"]) == len(searched.context["rows"]) == count
    assert {row.sold for row in response.context["rows"]} == {row.sold for row in searched.context["rows"]} == {1}


def test_a_page_costs_four_queries_at_any_depth(logged_in, member, django_assert_max_num_queries):
    many = [
        Product(business=member.business, name=f"P{n:05}", sku=f"S{n}", price=Decimal(1), created_at=NOW) for n in range(5000)
    ]
    Product.objects.bulk_create(many, batch_size=500)
    address = "/products/"
    seen: list[str] = []
    for _ in range(8):
        with django_assert_max_num_queries(4):
            response = logged_in.get(address)
        seen += names(response)
        address = "/products/" + response.context["page"].next_url

    assert seen == [f"P{n:05}" for n in range(400)]


def test_days_of_cover_follow_the_sales_of_four_weeks(logged_in, member):
    product = StockedProductFactory(business=member.business, on_hand=10, created_at=NOW - timedelta(days=100))
    sell(member, {product: 2})

    row = logged_in.get("/products/").context["rows"][0]

    assert row.sold == 2
    assert row.cover.days == 112  # 8 left, 2 in 28 days
    assert logged_in.get("/products/", {"q": product.name}).context["rows"][0].cover == row.cover


def test_the_pace_of_a_new_product_is_that_of_its_own_days(logged_in, member):
    product = StockedProductFactory(business=member.business, on_hand=10, created_at=NOW - timedelta(days=13))
    sell(member, {product: 2})

    assert logged_in.get("/products/").context["rows"][0].cover.days == 56  # 8 left, 2 in 14 days


def test_cover_is_not_guessed_without_sales(logged_in, member):
    StockedProductFactory(business=member.business)

    assert logged_in.get("/products/").context["rows"][0].cover is None


def test_margin_is_what_is_left_of_the_net_price(logged_in, member):
    StockedProductFactory(business=member.business, price=Decimal("6.00"), tax_rate=Decimal(20), on_hand__at="2.00")

    row = logged_in.get("/products/").context["rows"][0]

    assert row.margin.amount == Decimal(3)
    assert row.margin.percent == Decimal("60.0")


def test_costs_and_margins_are_hidden_from_who_may_not_see_them(viewer):
    Business.objects.filter(pk=viewer.business_id).update(hide_costs=True)
    StockedProductFactory(business=viewer.business, price=Decimal("7.77"), on_hand__at="3.21")
    client = client_of(viewer)

    page = client.get("/products/").content.decode()

    assert "£7.77" in page
    assert "3.21" not in page
    assert "Margin" not in page


def test_another_shops_products_are_not_listed(logged_in, member):
    other = MemberFactory()
    ProductFactory(business=other.business, name="Theirs")
    theirs = CategoryFactory(business=other.business, name="Their shelf")

    page = logged_in.get("/products/", {"category": theirs.pk, "active": "all"}).content.decode()

    assert "Their" not in page


def test_an_empty_shop_is_shown_how_to_begin(logged_in):
    page = logged_in.get("/products/").content.decode()

    assert "No products yet" in page
    assert "Import a list" in page


def test_no_result_offers_the_way_back(logged_in, member):
    ProductFactory(business=member.business)

    assert "Nothing matches" in logged_in.get("/products/", {"q": "cnadle"}).content.decode()


def test_a_clerk_is_not_offered_what_only_managers_may(clerk):
    assert "New product" not in client_of(clerk).get("/products/").content.decode()
