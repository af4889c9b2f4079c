"""Changing many products at once through the API: tried first, then done, then taken back."""

from decimal import Decimal

import pytest

from inventory.models import BulkEdit, Product
from tests.factories import CategoryFactory, MemberFactory, ProductFactory, StockedProductFactory
from tests.people import api_of

pytestmark = pytest.mark.django_db
UP = {"what": "price_percent", "value": "10"}
HERE = "/api/v1/products/bulk/"


@pytest.fixture
def mug(owner):
    return ProductFactory(business=owner.business, name="Mug", price=Decimal("5.00"), cost=Decimal(2))


def named(*products):
    return [{"product": product.pk} for product in products]


def price(product):
    return Product.objects.get(pk=product.pk).price


def test_it_is_tried_unless_told_otherwise(api, mug):
    answer = api.post(HERE, {"change": UP, "products": named(mug)})

    assert answer.status_code == 200
    told = answer.json()
    assert (told["field"], told["counts"]) == ("price", {"changed": 1, "unchanged": 0, "refused": 0})
    row = told["rows"][0]
    assert [row[name] for name in ("before", "after", "margin_before", "margin_after")] == ["5", "5.5", "3.00", "3.50"]
    assert price(mug) == 5
    assert not BulkEdit.objects.exists()


def test_done_then_undone(api, mug):
    answer = api.post(HERE, {"change": UP, "products": named(mug), "dry_run": False})

    assert answer.status_code == 201
    edit = answer.json()
    assert (edit["what"], edit["changed"], edit["rows"][0]["after"], price(mug)) == ("Price 10 % up", 1, "5.5", Decimal("5.5"))
    undone = api.post(f"/api/v1/bulk-edits/{edit['id']}/undo/").json()
    assert (undone["kind"], undone["undoes"], undone["changed"], price(mug)) == ("undo", edit["id"], 1, 5)
    assert api.post(f"/api/v1/bulk-edits/{edit['id']}/undo/").json() == undone
    assert [row["id"] for row in api.get("/api/v1/bulk-edits/").json()["results"]] == [undone["id"], edit["id"]]
    assert api.get(f"/api/v1/bulk-edits/{edit['id']}/").json()["undone_at"]


def test_all_that_match_are_changed(api, owner, mug):
    mugs = CategoryFactory(business=owner.business)
    low = StockedProductFactory(business=owner.business, name="Low cup", category=mugs)
    Product.objects.filter(pk=low.pk).update(stock_state="low")

    for matching, count in [({}, 2), ({"search": "cup"}, 1), ({"category": mugs.pk, "stock": "low", "is_active": True}, 1)]:
        rows = api.post(HERE, {"change": {"what": "tax_rate", "value": "7"}, "matching": matching}).json()["rows"]
        assert len(rows) == count
    assert api.post(HERE, {"change": UP, "matching": {"stock": "negative"}}).json()["rows"] == []


def test_a_version_that_is_no_longer_the_last_is_refused_and_the_rest_goes_in(api, owner, mug):
    cup = ProductFactory(business=owner.business, price=Decimal("7.00"))
    Product.objects.filter(pk=mug.pk).update(version=2)
    body = {"change": UP, "products": [{"product": mug.pk, "version": 1}, {"product": cup.pk, "version": 1}], "dry_run": False}

    whole = api.post(HERE, body | {"partial": False})
    rest = api.post(HERE, body)

    assert (whole.status_code, whole.json()["code"]) == (409, "some_refused")
    assert (rest.json()["changed"], rest.json()["refused"], price(mug), price(cup)) == (1, 1, 5, Decimal("7.7"))


def test_a_key_does_it_once(api, mug):
    body = {"change": UP, "products": named(mug), "dry_run": False}

    first, again = (api.post(HERE, body, headers={"Idempotency-Key": "k1"}) for _ in range(2))

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert price(mug) == Decimal("5.5")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"change": UP}, ""),
        ({"change": UP, "products": []}, "products"),
        ({"change": UP, "products": [{"product": 10**30}]}, "products[0].product"),
        ({"change": {"what": "burn"}, "matching": {}}, "change.what"),
        ({"change": {"what": "price", "value": "0.005"}, "matching": {}}, "value"),
        ({"change": {"what": "price", "value": "\N{ARABIC-INDIC DIGIT ONE}"}, "matching": {}}, "change.value"),
        ({"change": {"what": "price", "value": "1e30"}, "matching": {}}, "change.value"),
        ({"change": UP | {"rounding": "7"}, "matching": {}}, "change.rounding"),
        ({"change": UP, "matching": {"search": "\x00"}}, "matching.search"),
        ({"change": UP, "matching": {}, "products": [{"product": 1}]}, ""),
    ],
)
def test_bad_input_is_refused_at_its_field(api, mug, body, field):
    answer = api.post(HERE, body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), answer.content


def test_other_tenants_products_and_categories_are_unknown(api, mug):
    theirs = MemberFactory(role="owner").business
    product, category = ProductFactory(business=theirs), CategoryFactory(business=theirs)

    for body, field in [
        ({"change": UP, "products": named(mug, product)}, "products[1].product"),
        ({"change": {"what": "category", "category": category.pk}, "products": named(mug)}, "change.category"),
    ]:
        answer = api.post(HERE, body | {"dry_run": False})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert price(mug) == 5


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("clerk", 403), ("manager", 200), ("owner", 200)])
def test_who_may(owner, mug, role, status):
    assert api_of(owner, role).post(HERE, {"change": UP, "products": named(mug)}).status_code == status
