"""What comes, goes and moves without a sale, and what is told of it."""

import pytest

from tests.factories import LocationFactory, ProductFactory, StockedProductFactory, on_hand

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(owner):
    return StockedProductFactory(business=owner.business, sku="MUG", on_hand=10, on_hand__at="2.00")


def lines(quantity, **more):
    return {"lines": [{"sku": "MUG", "quantity": quantity} | more]}


def level(api, mug, **query):
    rows = api.get("/api/v1/stock/", {"product": mug.pk} | query).json()["results"]
    return {row["location"]: row["on_hand"] for row in rows}


def test_what_is_received_moves_the_average_cost(api, mug):
    answer = api.post("/api/v1/stock/receive/", lines("10", unit_cost="4.00") | {"reason": "Delivery"})

    assert answer.status_code == 201
    (movement,) = answer.json()
    assert (movement["kind"], movement["quantity"], movement["unit_cost"]) == ("received", "10", "4.00")
    product = api.get(f"/api/v1/products/{mug.pk}/").json()
    assert (product["on_hand"], product["average_cost"]) == ("20", "3.00")


@pytest.mark.parametrize(("quantity", "left"), [("5", 15), ("-4", 6)])
def test_an_adjustment_is_signed(api, mug, quantity, left):
    answer = api.post("/api/v1/stock/adjust/", lines(quantity) | {"reason": "Counted"})

    assert (answer.status_code, answer.json()[0]["quantity"]) == (201, quantity)
    assert on_hand(mug) == left


def test_what_is_taken_is_gone(api, mug):
    answer = api.post("/api/v1/stock/take/", lines("4") | {"reason": "Broken"})

    assert (answer.json()[0]["kind"], answer.json()[0]["quantity"]) == ("taken", "-4")
    assert on_hand(mug) == 6


def test_a_transfer_keeps_the_total(api, owner, mug):
    place = LocationFactory(business=owner.business)

    answer = api.post("/api/v1/stock/transfer/", lines("3") | {"to": place.pk})

    assert [row["quantity"] for row in answer.json()] == ["-3", "3"]
    assert level(api, mug, location=place.pk) == {place.pk: "3"}
    assert on_hand(mug) == 10


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("take", lines("11") | {"reason": "x"}, 409, "lines[0].quantity"),
        ("adjust", lines("-11") | {"reason": "x"}, 409, "lines[0].quantity"),
        ("adjust", lines("0") | {"reason": "x"}, 400, "lines[0].quantity"),
        ("adjust", lines("1"), 400, "reason"),
        ("adjust", lines("1") | {"reason": " "}, 400, "reason"),
        ("receive", lines("-1"), 400, "lines[0].quantity"),
        ("receive", lines("1", unit_cost="-1"), 400, "lines[0].unit_cost"),
        ("receive", lines("1", unit_cost="1.005"), 400, "lines[0].unit_cost"),
        ("receive", lines("1") | {"occurred_at": "2026-03-05T10:00:00Z"}, 400, "occurred_at"),
        ("transfer", lines("1"), 400, "to"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(api, mug, path, body, status, field):
    answer = api.post(f"/api/v1/stock/{path}/", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field), answer.content
    assert on_hand(mug) == 10


def test_a_service_has_no_stock(api, owner):
    ProductFactory(business=owner.business, sku="POST", is_stocked=False)

    answer = api.post("/api/v1/stock/receive/", {"lines": [{"sku": "POST", "quantity": "1"}]})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "lines[0].product")


def test_movements_are_newest_first_and_filtered(api, mug):
    api.post("/api/v1/stock/receive/", lines("1") | {"occurred_at": "2026-03-01T10:00:00Z"})
    api.post("/api/v1/stock/take/", lines("1") | {"reason": "Broken"})

    def kinds(path, query=""):
        return [row["kind"] for row in api.get(f"/api/v1/{path}/?{query}").json()["results"]]

    assert kinds("movements") == ["taken", "received", "received"]
    assert kinds(f"products/{mug.pk}/movements") == ["taken", "received", "received"]
    assert kinds("movements", "kind=taken") == ["taken"]
    assert kinds("movements", "until=2026-03-01") == ["received"]
    assert kinds("movements", f"product={mug.pk + 1}") == []
    assert kinds("movements", "since=2026-03-04") == ["taken", "received"]


def test_a_low_product_is_told_of_put_aside_and_closed(api, owner):
    StockedProductFactory(business=owner.business, sku="MUG", on_hand=4, reorder_point=3)
    api.post("/api/v1/sales/", lines("2"))

    (alert,) = api.get("/api/v1/alerts/?state=open&kind=low_stock").json()["results"]
    url = f"/api/v1/alerts/{alert['id']}"
    snoozed = api.post(f"{url}/snooze/", {"until": "2026-03-10T07:00:00Z"})
    resolved = api.post(f"{url}/resolve/", {"note": "Ordered"})
    again = api.post(f"{url}/resolve/")

    assert (alert["state"], alert["snoozed_until"]) == ("open", None)
    assert alert["url"].startswith("http://testserver/products/")
    assert (snoozed.json()["state"], snoozed.json()["snoozed_until"]) == ("snoozed", "2026-03-10T07:00:00Z")
    assert (resolved.json()["state"], resolved.json()["note"]) == ("resolved", "Ordered")
    assert (again.status_code, again.json()["code"]) == (409, "already_resolved")
    assert api.get("/api/v1/alerts/?state=open").json()["results"] == []


def test_an_alert_is_put_aside_until_later_only(api, owner):
    StockedProductFactory(business=owner.business, sku="MUG", on_hand=4, reorder_point=3)
    api.post("/api/v1/sales/", lines("4"))
    (alert,) = api.get("/api/v1/alerts/?kind=out_of_stock").json()["results"]

    past = api.post(f"/api/v1/alerts/{alert['id']}/snooze/", {"until": "2026-03-01T07:00:00Z"})
    tomorrow = api.post(f"/api/v1/alerts/{alert['id']}/snooze/", {})

    assert (past.status_code, past.json()["errors"][0]["field"]) == (400, "until")
    assert tomorrow.json()["snoozed_until"] == "2026-03-05T10:00:00Z"
