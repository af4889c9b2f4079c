"""Suppliers and what they sell, by the API."""

from decimal import Decimal

import pytest

from purchasing.models import Offer, Supplier
from tests.factories import MemberFactory, ProductFactory
from tests.factories.purchasing import offer, supplier
from tests.people import api_of

pytestmark = pytest.mark.django_db
SUPPLIERS, OFFERS = "/api/v1/suppliers/", "/api/v1/offers/"


def test_a_supplier_is_made_read_and_changed(api):
    made = api.post(SUPPLIERS, {"name": "Bakers", "minimum_order": "50.00", "lead_days": 3})
    assert made.status_code == 201
    assert (made.json()["minimum_order"], made.json()["lead_time"], made.json()["learned_lead_days"]) == ("50.00", 3, None)

    one = f"{SUPPLIERS}{made.json()['id']}/"
    assert api.patch(one, {"lead_days": None, "version": 1}).json()["lead_time"] == 7
    assert api.patch(one, {"phone": "1", "version": 1}).json()["code"] == "stale_version"
    assert api.get(one).json()["phone"] == ""


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "required"),
        ({"name": "Bakers"}, 409, "name_taken"),
        ({"name": "B", "minimum_order": "0.005"}, 400, "too_many_places"),
        ({"name": "B", "minimum_order": "0"}, 400, "not_above"),
        ({"name": "B", "lead_days": 366}, 400, "max_value"),
        ({"name": "B", "category": 999999}, 400, "unknown"),
        ({"name": "B\x00"}, 400, "null_characters_not_allowed"),
    ],
)
def test_what_cannot_be_is_a_problem(api, owner, body, status, code):
    supplier(owner, "Bakers")

    answer = api.post(SUPPLIERS, body)

    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["code"] if status == 400 else problem["code"]) == (status, code)
    assert Supplier.objects.count() == 1


def test_the_list_is_searched_and_narrowed(api, owner):
    supplier(owner, "Bakers")
    supplier(owner, "Millers", email="", is_active=False)

    assert [row["name"] for row in api.get(SUPPLIERS, {"search": "bak"}).json()["results"]] == ["Bakers"]
    assert [row["name"] for row in api.get(SUPPLIERS, {"is_active": "false"}).json()["results"]] == ["Millers"]


def test_an_offer_is_made_changed_and_its_prices_are_kept(api, owner):
    bakers, product = supplier(owner), ProductFactory(business=owner.business)

    made = api.post(OFFERS, {"supplier": bakers.pk, "product": product.pk, "price": "2.00"})
    assert made.status_code == 201
    assert (made.json()["unit"], made.json()["is_preferred"], made.json()["sku"]) == ("each", True, product.sku)
    one = f"{OFFERS}{made.json()['id']}/"
    api.patch(one, {"price": "2.50"})

    assert [row["price"] for row in api.get(f"{one}prices/").json()["results"]] == ["2.50", "2.00"]
    assert [row["id"] for row in api.get(OFFERS, {"product": product.pk, "supplier": bakers.pk}).json()["results"]] == [
        made.json()["id"]
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"price": "0.005"}, 400, "too_many_places"),
        ({"price": None}, 400, "null"),
        ({"unit": "crate"}, 400, "unknown_unit"),
        ({"minimum": "1.5"}, 400, "invalid"),
        ({"minimum": "1000000000"}, 400, "too_large"),
    ],
)
def test_an_offer_that_cannot_be_is_a_problem(api, owner, body, status, code):
    bakers, product = supplier(owner), ProductFactory(business=owner.business)

    answer = api.post(OFFERS, {"supplier": bakers.pk, "product": product.pk, "price": "2.00", **body})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert not Offer.objects.exists()


def test_another_shops_supplier_and_product_are_unknown(api, owner, member):
    foreign = ProductFactory()

    answer = api.post(OFFERS, {"supplier": supplier(owner).pk, "product": foreign.pk, "price": "2.00"})

    assert answer.json()["errors"][0] == {"field": "product", "code": "unknown", "message": f"There is no product {foreign.pk}."}


def test_prices_are_null_to_those_who_see_no_costs(owner):
    offer(owner)
    owner.business.hide_costs = True
    owner.business.save()

    assert [row["price"] for row in api_of(owner, "clerk").get(OFFERS).json()["results"]] == [None]


def test_a_clerk_makes_no_supplier(owner):
    assert api_of(owner, "clerk").post(SUPPLIERS, {"name": "Bakers"}).status_code == 403


@pytest.mark.parametrize("count", [1, 20])
def test_the_lists_cost_the_same_at_any_length(api, owner, django_assert_max_num_queries, count):
    bakers = supplier(owner)
    for number in range(count):
        supplier(owner, f"Supplier {number}")
        offer(owner, bakers)

    for path in (SUPPLIERS, OFFERS):
        with django_assert_max_num_queries(4):
            api.get(path)


def test_a_product_says_from_whom_it_is_bought(api, owner):
    bakers, millers = supplier(owner, "Bakers"), supplier(owner, "Millers")
    made = api.post("/api/v1/products/", {"sku": "RYE", "name": "Rye", "price": "3", "cost": "1.25", "supplier": bakers.pk})
    one = f"/api/v1/products/{made.json()['id']}/"

    assert made.json()["supplier"] == bakers.pk
    assert Offer.objects.get().price == Decimal("1.25")
    assert api.patch(one, {"supplier": millers.pk}).json()["supplier"] == millers.pk
    assert [row["sku"] for row in api.get("/api/v1/products/", {"supplier": millers.pk}).json()["results"]] == ["RYE"]
    assert api.get("/api/v1/products/", {"supplier": bakers.pk}).json()["results"] == []
    assert api.patch(one, {"name": "Rye loaf"}).json()["supplier"] == millers.pk
    assert api.patch(one, {"supplier": bakers.pk}).json()["supplier"] == bakers.pk
    assert Offer.objects.count() == 2
    assert api.patch(one, {"supplier": None}).json()["supplier"] is None


@pytest.mark.parametrize("said", ["unknown", "theirs", "inactive", "no cost"])
def test_a_supplier_that_cannot_be_leaves_the_product_as_it_was(api, owner, said):
    product = ProductFactory(business=owner.business, name="Rye", cost=None if said == "no cost" else 1)
    who = {
        "unknown": lambda: 10**6,
        "theirs": lambda: supplier(MemberFactory(role="owner"), "Bakers").pk,
        "inactive": lambda: supplier(owner, "Bakers", is_active=False).pk,
        "no cost": lambda: supplier(owner, "Bakers").pk,
    }[said]()

    answer = api.patch(f"/api/v1/products/{product.pk}/", {"name": "Bread", "supplier": who})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "supplier")
    product.refresh_from_db()
    assert (product.name, Offer.objects.count()) == ("Rye", 0)
