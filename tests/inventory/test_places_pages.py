"""Categories and locations: listed, added and changed on one page each."""

from decimal import Decimal

import pytest

from inventory.models import Category, Location, Product
from tests.factories import CategoryFactory, LocationFactory, ProductFactory, StockedProductFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


def test_a_category_is_added_and_changed(logged_in, member):
    logged_in.post("/categories/new/", {"name": "Cups", "default_reorder_point": "4"})
    category = Category.objects.get()
    assert (category.business, category.name, category.default_reorder_point) == (member.business, "Cups", 4)

    assert logged_in.post(f"/categories/{category.pk}/", {"name": "Mugs"}).url == "/categories/"
    category.refresh_from_db()
    assert (category.name, category.default_reorder_point) == ("Mugs", None)


def test_a_new_default_reorder_point_is_felt_by_its_products_at_once(logged_in, member):
    category = CategoryFactory(business=member.business)
    product = StockedProductFactory(business=member.business, category=category, on_hand=3)

    logged_in.post(f"/categories/{category.pk}/", {"name": category.name, "default_reorder_point": "5"})

    product.refresh_from_db()
    assert product.stock_state == "low"


def test_a_location_is_added_and_renamed(logged_in, member):
    logged_in.post("/locations/new/", {"name": "Stall"})
    stall = Location.objects.get(name="Stall")
    assert (stall.business, stall.is_default) == (member.business, False)

    logged_in.post(f"/locations/{stall.pk}/", {"name": "Van"})
    stall.refresh_from_db()
    assert stall.name == "Van"


def test_the_lists_say_how_much_is_in_each(logged_in, member):
    category = CategoryFactory(business=member.business, name="Cups", default_reorder_point=Decimal(3))
    ProductFactory.create_batch(2, business=member.business, category=category)
    ProductFactory(business=member.business, category=category, is_active=False)
    StockedProductFactory(business=member.business)

    assert "2 products, low at 3" in logged_in.get("/categories/").content.decode()
    assert "1 product in stock, where the till sells from" in logged_in.get("/locations/").content.decode()


@pytest.mark.parametrize("address", ["/categories/", "/locations/"])
@pytest.mark.parametrize(
    ("name", "said"), [("", "required"), ("n" * 300, "at most 120 characters"), ("Here", "called Here already")]
)
def test_a_bad_name_is_told_at_its_field_and_kept(logged_in, member, address, name, said):
    CategoryFactory(business=member.business, name="Here")
    LocationFactory(business=member.business, name="Here")

    answer = logged_in.post(f"{address}new/", {"name": name})

    assert answer.status_code == 200
    assert said in " ".join(answer.context["form"].errors["name"])
    assert answer.context["form"]["name"].value() == name


@pytest.mark.parametrize("point", ["-1", "1e9", "few", "0.0001"])
def test_a_bad_reorder_point_is_told_at_its_field(logged_in, point):
    answer = logged_in.post("/categories/new/", {"name": "Cups", "default_reorder_point": point})

    assert answer.context["form"].errors["default_reorder_point"]
    assert not Category.objects.exists()


@pytest.mark.parametrize("address", ["/categories/", "/locations/"])
def test_who_may_not_change_them_sees_them_only(clerk, address):
    client = client_of(clerk)

    assert '<form class="form card__body"' not in client.get(address).content.decode()
    assert client.post(f"{address}new/", {"name": "New"}).status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_the_lists_cost_the_same_at_any_length(logged_in, member, django_assert_max_num_queries, count):
    CategoryFactory.create_batch(count, business=member.business)
    LocationFactory.create_batch(count, business=member.business)
    logged_in.get("/categories/")

    with django_assert_max_num_queries(2):
        logged_in.get("/categories/")
    with django_assert_max_num_queries(2):
        logged_in.get("/locations/")


def test_an_archived_product_keeps_its_category(logged_in, member):
    category = CategoryFactory(business=member.business)
    product = ProductFactory(business=member.business, category=category, is_active=False)

    logged_in.post(f"/categories/{category.pk}/", {"name": "Renamed"})

    assert Product.objects.get(pk=product.pk).category.name == "Renamed"
