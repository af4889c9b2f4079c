"""Products, categories, locations, customers and the business itself."""

import pytest

from accounts.models import Business
from audit.models import AuditEntry
from tests.factories import (
    BarcodeFactory,
    CategoryFactory,
    CustomerFactory,
    MemberFactory,
    ProductFactory,
    StockedProductFactory,
    sell,
)
from tests.people import api_of

pytestmark = pytest.mark.django_db
PRODUCT = {"sku": "MUG", "name": "Mug", "price": "12.50"}


def results(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def skus(api, query=""):
    return [row["sku"] for row in results(api.get(f"/api/v1/products/?{query}"))]


def test_a_product_is_answered_whole(api, owner):
    category = CategoryFactory(business=owner.business)
    given = PRODUCT | {
        "barcodes": ["5000000000017", "5000000000024"],
        "category": category.pk,
        "tax_rate": "20",
        "cost": "6.25",
        "reorder_point": "3",
        "reorder_quantity": "12",
    }

    answer = api.post("/api/v1/products/", given)

    assert answer.status_code == 201
    product = answer.json()
    assert {name: product[name] for name in given} == given
    assert product["unit"] == "each"
    assert product["is_active"] is True
    assert product["version"] == 1
    assert [product[name] for name in ("on_hand", "committed", "available", "incoming")] == ["0", "0", "0", "0"]
    assert product["average_cost"] == "0.00"
    assert api.get(f"/api/v1/products/{product['id']}/").json() == product


def test_money_has_the_places_of_its_currency(owner):
    Business.objects.update(currency="JPY")
    api = api_of(owner)

    fine = api.post("/api/v1/products/", PRODUCT | {"price": "1250"})
    refused = api.post("/api/v1/products/", PRODUCT | {"sku": "CUP", "price": "1250.5"})

    assert fine.json()["price"] == "1250"
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "price"


@pytest.mark.parametrize(
    ("field", "value"), [("price", "1.005"), ("cost", "1.005"), ("reorder_point", "1.0005"), ("tax_rate", "1.0005")]
)
def test_more_places_than_there_are_is_400_and_never_rounded(api, field, value):
    answer = api.post("/api/v1/products/", PRODUCT | {field: value})

    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert (error["field"], error["code"]) == (field, "too_many_places")


def test_numbers_of_json_are_taken_as_they_stand(api):
    answer = api.post("/api/v1/products/", PRODUCT | {"price": 12.5, "reorder_point": 3})

    assert (answer.json()["price"], answer.json()["reorder_point"]) == ("12.50", "3")


def test_names_we_do_not_know_and_read_only_ones_are_ignored(api):
    answer = api.post("/api/v1/products/", PRODUCT | {"colour": "red", "on_hand": "50"})

    assert answer.status_code == 201
    assert answer.json()["on_hand"] == "0"


@pytest.mark.parametrize("field", ["sku", "name", "price"])
def test_sku_name_and_price_are_required(api, field):
    answer = api.post("/api/v1/products/", {name: value for name, value in PRODUCT.items() if name != field})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": field, "code": "required", "message": "This field is required."}]


def test_a_sku_or_barcode_in_use_is_409(api):
    api.post("/api/v1/products/", PRODUCT | {"barcodes": ["1"]})

    assert api.post("/api/v1/products/", PRODUCT).json()["code"] == "sku_taken"
    assert api.post("/api/v1/products/", PRODUCT | {"sku": "CUP", "barcodes": ["1"]}).json()["code"] == "barcode_taken"


def test_a_change_says_which_version_it_has_read(api):
    product = api.post("/api/v1/products/", PRODUCT).json()
    url = f"/api/v1/products/{product['id']}/"

    changed = api.patch(url, {"price": "13.00", "version": 1})
    stale = api.patch(url, {"price": "14.00", "version": 1})
    without = api.patch(url, {"name": "Big mug"})

    assert (changed.status_code, changed.json()["version"], changed.json()["name"]) == (200, 2, "Mug")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (without.json()["name"], without.json()["price"]) == ("Big mug", "13.00")
    assert AuditEntry.objects.filter(action="product changed").count() == 2


def test_barcodes_are_replaced_as_a_whole_and_left_where_they_are_not_named(api):
    url = f"/api/v1/products/{api.post('/api/v1/products/', PRODUCT | {'barcodes': ['1', '2']}).json()['id']}/"

    assert api.patch(url, {"name": "Cup"}).json()["barcodes"] == ["1", "2"]
    assert api.patch(url, {"barcodes": ["2", "3"]}).json()["barcodes"] == ["2", "3"]
    assert api.patch(url, {"barcodes": []}).json()["barcodes"] == []


def test_an_unused_product_is_deleted_and_one_with_history_deactivated(api, owner):
    unused = ProductFactory(business=owner.business)
    used = StockedProductFactory(business=owner.business)

    answers = [api.delete(f"/api/v1/products/{product.pk}/") for product in (unused, used)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert api.get(f"/api/v1/products/{unused.pk}/").status_code == 404
    assert api.get(f"/api/v1/products/{used.pk}/").json()["is_active"] is False


def test_products_are_found_by_text_sku_barcode_category_state_and_activity(api, owner):
    shop = {"business": owner.business}
    category = CategoryFactory(**shop)
    fine = StockedProductFactory(sku="FINE", name="Blue mug", search_text="blue mug fine", category=category, on_hand=9, **shop)
    StockedProductFactory(sku="LOW", on_hand=2, reorder_point=3, **shop)
    sold = StockedProductFactory(sku="OUT", on_hand=1, **shop)
    ProductFactory(sku="OLD", is_active=False, **shop)
    BarcodeFactory(product=fine, code="777")
    sell(owner, {sold: 1})
    StockedProductFactory(sku="OK", on_hand=9, reorder_point=3, **shop)

    assert skus(api, "search=mug+BLU") == ["FINE"]
    assert skus(api, "sku=FINE") == ["FINE"]
    assert skus(api, "barcode=777") == ["FINE"]
    assert skus(api, f"category={category.pk}") == ["FINE"]
    assert skus(api, "is_active=false") == ["OLD"]
    assert "OLD" not in skus(api, "is_active=true")
    assert skus(api, "stock=low") == ["LOW"]
    assert skus(api, "stock=out") == ["OUT"]
    assert set(skus(api, "stock=ok")) >= {"FINE", "OK"}
    assert skus(api, "stock=negative") == []


def test_what_is_below_zero_is_found(owner):
    Business.objects.update(allow_negative_stock=True)
    api = api_of(owner)
    StockedProductFactory(business=owner.business, sku="MINUS", on_hand=1)
    api.post("/api/v1/sales/", {"lines": [{"sku": "MINUS", "quantity": "3"}]})

    assert skus(api, "stock=negative") == ["MINUS"]
    assert results(api.get("/api/v1/products/"))[0]["available"] == "-2"


@pytest.mark.parametrize("hidden", [True, False])
def test_costs_are_null_for_who_may_not_see_them(owner, clerk, hidden):
    Business.objects.update(hide_costs=hidden)
    mug = StockedProductFactory(business=owner.business, sku="MUG", on_hand=5)
    sell(owner, {mug: 1})
    api = api_of(clerk, "clerk")

    product = results(api.get("/api/v1/products/"))[0]
    sale = results(api.get("/api/v1/sales/"))[0]
    movements = results(api.get("/api/v1/movements/"))
    sold = api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "quantity": "1"}]}).json()

    seen = [product["average_cost"], sale["cost"], sale["margin"], sale["lines"][0]["cost"], sold["cost"], sold["margin"]]
    seen.append(movements[-1]["unit_cost"])
    assert [value is None for value in seen] == [hidden] * 7


def test_pages_hold_each_row_once_there_and_back(api, owner):
    for name in ("a", "b", "b", "b", "c"):
        ProductFactory(business=owner.business, name=name)

    for ordering in ("name", "-name", "sku", "-sku", "-id"):
        there, back, url = [], [], f"/api/v1/products/?page_size=2&ordering={ordering}"
        while url:
            page = api.get(url).json()
            there.append([row["id"] for row in page["results"]])
            last, url = page, page["next"]
        while last:
            back.insert(0, [row["id"] for row in last["results"]])
            last = api.get(last["previous"]).json() if last["previous"] else None
        assert [len(page) for page in there] == [2, 2, 1]
        assert len({pk for page in there for pk in page}) == 5
        assert [pk for page in back for pk in page] == [pk for page in there for pk in page]


def test_a_row_that_comes_meanwhile_shifts_nothing(api, owner):
    for name in ("b", "c", "d"):
        ProductFactory(business=owner.business, name=name)
    first = api.get("/api/v1/products/?page_size=2").json()
    ProductFactory(business=owner.business, name="a")

    assert [row["name"] for row in api.get(first["next"]).json()["results"]] == ["d"]


def test_a_page_holds_at_most_200(api, owner):
    ProductFactory.create_batch(201, business=owner.business)

    assert len(results(api.get("/api/v1/products/"))) == 50
    assert len(results(api.get("/api/v1/products/?page_size=1000"))) == 200


@pytest.mark.parametrize(
    ("path", "body"), [("categories", {"default_reorder_point": "2.5"}), ("locations", {"is_active": False})]
)
def test_categories_and_locations_are_made_read_and_changed(api, path, body):
    made = api.post(f"/api/v1/{path}/", {"name": "Back"} | body)
    url = f"/api/v1/{path}/{made.json()['id']}/"

    changed = api.patch(url, {"name": "Front", "version": 1})

    assert made.status_code == 201
    assert api.get(url).json() == changed.json() == made.json() | {"name": "Front", "version": 2}
    assert api.patch(url, {"name": "Side", "version": 1}).json()["code"] == "stale_version"
    assert api.post(f"/api/v1/{path}/", {"name": "Front"}).json()["code"] == "name_taken"
    assert "Front" in [row["name"] for row in results(api.get(f"/api/v1/{path}/"))]


def test_customers_are_made_found_and_changed(api, owner):
    made = api.post("/api/v1/customers/", {"name": "Ann Lee", "email": "ann@home.example"})
    url = f"/api/v1/customers/{made.json()['id']}/"
    CustomerFactory(business=owner.business, name="Bob")

    changed = api.patch(url, {"phone": "123", "version": 1})

    assert made.status_code == 201
    assert made.json()["reference"]
    assert changed.json() == made.json() | {"phone": "123", "version": 2}
    assert api.patch(url, {"phone": "4", "version": 1}).json()["code"] == "stale_version"
    assert [row["name"] for row in results(api.get("/api/v1/customers/?search=lee"))] == ["Ann Lee"]


def test_the_business_is_read_and_changed_by_its_owner(api, owner):
    before = api.get("/api/v1/business/").json()

    changed = api.patch("/api/v1/business/", {"tax_rounding": "document", "over_receipt_percent": "5", "version": 1})

    assert changed.json() == before | {"tax_rounding": "document", "over_receipt_percent": "5", "version": 2}
    assert api.patch("/api/v1/business/", {"name": "B", "version": 1}).json()["code"] == "stale_version"
    assert Business.objects.get(pk=owner.business_id).tax_rounding == "document"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXQ"),
        ("timezone", "Mars/Base"),
        ("country", "gb"),
        ("tax_rounding", "never"),
        ("over_receipt_percent", "-1"),
    ],
)
def test_a_setting_that_cannot_be_is_400_at_its_field(api, field, value):
    answer = api.patch("/api/v1/business/", {field: value})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_business_has_its_own_skus(api, owner):
    stranger = MemberFactory(role="owner")
    api_of(stranger).post("/api/v1/products/", PRODUCT)

    assert api.post("/api/v1/products/", PRODUCT).status_code == 201
