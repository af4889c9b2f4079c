"""A count by the API: started, counted by scan, compared, recounted, approved once."""

import pytest

from tests.factories import StockedProductFactory, on_hand
from tests.people import api_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(owner):
    return StockedProductFactory(business=owner.business, sku="MUG", on_hand=10, on_hand__at="2.00")


@pytest.fixture
def count(api, mug):
    answer = api.post("/api/v1/stocktakes/", {"note": "Year's end"})
    assert answer.status_code == 201, answer.content
    return f"/api/v1/stocktakes/{answer.json()['id']}/"


def lines(quantity, **more):
    return {"lines": [{"sku": "MUG", "quantity": quantity} | more]}


def test_from_start_to_approval(api, mug, count):
    first = api.post(f"{count}counts/", lines("3"))
    second = api.post(f"{count}counts/", lines("5"))
    assert [answer.json()[0]["counted"] for answer in (first, second)] == ["3", "8"]
    assert "expected" not in second.json()[0]

    (row,) = api.get(f"{count}variances/").json()
    assert (row["expected"], row["counted"], row["variance"], row["worth"]) == ("10", "8", "-2", "-4.00")

    assert api.post(f"{count}approve/", {}).json()["state"] == "approved"
    assert on_hand(mug) == 8
    (moved,) = api.get("/api/v1/movements/", {"kind": "counted"}).json()["results"]
    assert (moved["quantity"], moved["document_type"]) == ("-2", "stocktake")

    again = api.post(f"{count}approve/", {})
    assert (again.status_code, again.json()["code"]) == (409, "count_closed")


def test_a_recount_and_a_cancellation(api, mug, count):
    api.post(f"{count}counts/", lines("3"))
    assert api.post(f"{count}recount/", {"products": [mug.pk]}).json()["counted"] == 0

    assert api.post(f"{count}cancel/").json()["state"] == "cancelled"
    assert [row["state"] for row in api.get("/api/v1/stocktakes/", {"state": "cancelled"}).json()["results"]] == ["cancelled"]
    assert on_hand(mug) == 10


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("counts/", lines("-1"), 400, "lines[0].quantity"),
        ("counts/", lines("1.5"), 400, "lines[0].quantity"),
        ("counts/", lines("1", unit="barrel"), 400, "lines[0].unit"),
        ("counts/", {"lines": [{"sku": "NONE", "quantity": "1"}]}, 400, "lines[0].sku"),
        ("counts/", {"lines": []}, 400, "lines"),
        ("recount/", {"products": []}, 400, "products"),
        ("approve/", {}, 409, ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(api, mug, count, path, body, status, field):
    answer = api.post(count + path, body)

    assert answer.status_code == status, answer.content
    assert not field or answer.json()["errors"][0]["field"] == field
    assert on_hand(mug) == 10


def test_a_second_open_count_of_a_place_is_refused(api, count):
    answer = api.post("/api/v1/stocktakes/", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_counting")


def test_a_clerk_counts_blind(owner, mug, count):
    clerk = api_of(owner, role="clerk")

    assert clerk.post(f"{count}counts/", lines("3")).status_code == 201
    assert clerk.get(f"{count}variances/").status_code == 403
    assert clerk.post(f"{count}approve/", {}).status_code == 403
