"""POST /sales/ and what follows from it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from inventory.models import Pack
from tests.factories import NOW, BarcodeFactory, CustomerFactory, StockedProductFactory, on_hand

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(owner):
    known = {"sku": "MUG", "name": "Mug", "price": Decimal("12.00"), "tax_rate": 20}
    return StockedProductFactory(business=owner.business, on_hand=10, on_hand__on=NOW - timedelta(days=7), **known)


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


def sell_mugs(api, quantity="1", **more):
    return api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "quantity": quantity}]} | more)


@pytest.mark.parametrize("name", ["product", "sku", "barcode"])
def test_a_line_names_its_product_by_id_sku_or_barcode(api, mug, name):
    BarcodeFactory(product=mug, code="777")
    value = {"product": mug.pk, "sku": "MUG", "barcode": "777"}[name]

    answer = api.post("/api/v1/sales/", {"lines": [{name: value, "quantity": "1"}]})

    assert answer.json()["lines"][0]["product"] == mug.pk


def test_discount_payments_change_customer_and_moment_are_taken(api, owner, mug):
    customer = CustomerFactory(business=owner.business)

    answer = sell_mugs(
        api,
        "2",
        discount="4.00",
        customer=customer.pk,
        payments=[{"method": "card", "amount": "5.00"}, {"method": "cash", "amount": "20.00"}],
        sold_at="2026-03-03T23:30:00+01:00",
    )

    sale = answer.json()
    assert (sale["discount"], sale["total"], sale["paid"], sale["change"]) == ("4.00", "20.00", "25.00", "5.00")
    assert sale["customer"] == customer.pk
    assert (sale["sold_at"], sale["sold_on"]) == ("2026-03-03T22:30:00Z", "2026-03-03")


@pytest.mark.parametrize(
    ("body", "status", "field", "code"),
    [
        ({"payments": [{"method": "cash", "amount": "1.00"}]}, 409, "payments", "not_enough_paid"),
        ({"payments": [{"method": "card", "amount": "50.00"}]}, 409, "payments", "only_cash_gives_change"),
        ({"payments": [{"method": "cash", "amount": "12.005"}]}, 400, "payments[0].amount", "too_many_places"),
        ({"discount": "99.00"}, 400, "discount", "discount_too_large"),
        ({"discount": "-1.00"}, 400, "discount", "too_small"),
        ({"sold_at": "2026-03-05T10:00:00Z"}, 400, "sold_at", "invalid"),
        ({"lines": []}, 400, "lines", "empty"),
        ({"lines": [{"sku": "MUG", "quantity": "1.5"}]}, 400, "lines[0].quantity", "bad_quantity"),
        ({"lines": [{"sku": "MUG", "quantity": "0"}]}, 400, "lines[0].quantity", "not_above"),
        ({"lines": [{"sku": "MUG", "quantity": "1", "unit": "case"}]}, 400, "lines[0].unit", "unknown_unit"),
        (
            {"lines": [{"sku": "MUG", "quantity": "6"}, {"sku": "MUG", "quantity": "6"}]},
            409,
            "lines[0].quantity",
            "insufficient_stock",
        ),
    ],
)
def test_what_cannot_be_sold_so_is_refused_at_its_field(api, mug, body, status, field, code):
    answer = sell_mugs(api, **body)

    assert answer.status_code == status, answer.content
    assert {"field": answer.json()["errors"][0]["field"], "code": answer.json()["errors"][0]["code"]} == {
        "field": field,
        "code": code,
    }
    assert on_hand(mug) == 10


def test_a_void_says_why(api, mug):
    sale = sell_mugs(api, "2").json()

    refused = api.post(f"/api/v1/sales/{sale['id']}/void/", {})

    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["reason"]
    assert on_hand(mug) == 8


def test_a_sale_of_today_is_voided_once(api, mug):
    sale = sell_mugs(api, "2").json()

    voided = api.post(f"/api/v1/sales/{sale['id']}/void/", {"reason": "Wrong mug"})
    again = api.post(f"/api/v1/sales/{sale['id']}/void/", {"reason": "Twice"})

    assert voided.status_code == 200
    assert (voided.json()["state"], voided.json()["reason"]) == ("voided", "Wrong mug")
    assert sum(Decimal(payment["amount"]) for payment in voided.json()["payments"]) == 0
    assert on_hand(mug) == 10
    assert (again.status_code, again.json()["code"]) == (409, "cannot_void")


def test_a_refund_is_a_receipt_of_its_own_and_never_more_than_was_sold(api, mug):
    sale = sell_mugs(api, "3", discount="6.00").json()
    url, line = f"/api/v1/sales/{sale['id']}/refund/", sale["lines"][0]["id"]

    refund = api.post(url, {"lines": [{"line": line, "quantity": "2", "restock": False}], "reason": "Chipped"})
    more = api.post(url, {"lines": [{"line": line, "quantity": "2", "restock": True}], "reason": "Chipped"})
    rest = api.post(url, {"lines": [{"line": line, "quantity": "1", "restock": True}], "reason": "Chipped"})

    assert refund.status_code == 201
    assert (refund.json()["kind"], refund.json()["refund_of"], refund.json()["total"]) == ("refund", sale["id"], "-20.00")
    assert refund.json()["lines"][0]["refund_of"] == line
    assert (more.status_code, more.json()["code"], more.json()["errors"][0]["field"]) == (
        409,
        "more_than_remains",
        "lines[0].quantity",
    )
    assert rest.json()["total"] == "-10.00"
    assert on_hand(mug) == 8


def test_the_list_is_newest_first_and_takes_days_of_the_business(api, owner, mug):
    Business.objects.update(timezone="Pacific/Auckland")
    first = sell_mugs(api, sold_at="2026-03-02T10:59:00Z").json()  # 23:59 on the 2nd in Auckland
    second = sell_mugs(api, sold_at="2026-03-02T11:00:00Z").json()

    def listed(query):
        return [row["id"] for row in api.get(f"/api/v1/sales/?{query}").json()["results"]]

    assert listed("") == [second["id"], first["id"]]
    assert listed("ordering=sold_at") == [first["id"], second["id"]]
    assert listed("since=2026-03-03") == [second["id"]]
    assert listed("until=2026-03-02") == [first["id"]]
    assert listed("until=2026-03-02T11:00:00Z") == [first["id"]]
    assert listed("kind=refund") == []
    assert listed(f"number={first['number']}") == [first["id"]]
    assert api.get(f"/api/v1/sales/{first['id']}/").json() == first


def test_a_price_by_the_pack_is_told_as_it_is_kept(api, mug):
    Pack.objects.create(product=mug, name="trio", factor=3)

    sold = sell_mugs(api, lines=[{"sku": "MUG", "quantity": "1", "unit": "trio", "unit_price": "10.00"}])

    assert sold.status_code == 201
    assert sold.json()["total"] == "10.00"
    assert sold.json()["lines"] == api.get(f"/api/v1/sales/{sold.json()['id']}/").json()["lines"]
