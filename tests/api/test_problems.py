"""Whatever goes wrong, the answer has one shape (RFC 9457), and bad input is never a crash."""

import json

import pytest
from rest_framework.test import APIClient

from tests.factories import NOW, CustomerFactory, MemberFactory, StockedProductFactory, sell
from tests.people import api_of

pytestmark = pytest.mark.django_db
PARTS = {"type", "title", "status", "detail", "code", "errors"}


def assert_problem(answer, status, code, field=""):
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() >= PARTS
    assert body["status"] == status
    assert {"field": field, "code": code} in [{"field": e["field"], "code": e["code"]} for e in body["errors"]], body
    assert all(error["message"] for error in body["errors"])
    return body


@pytest.fixture
def mug(owner):
    return StockedProductFactory(business=owner.business, sku="MUG", name="Mug", on_hand=1)


def test_no_key_is_401_and_says_how_to_sign_in():
    answer = APIClient().get("/api/v1/products/")

    assert_problem(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_role_that_does_not_suffice_is_403(viewer):
    assert_problem(api_of(viewer, "viewer").post("/api/v1/sales/", {"lines": []}), 403, "not_allowed")


def test_an_unknown_row_is_404(api):
    assert_problem(api.get("/api/v1/products/999999/"), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["nothing", "nothing/", "products", "products/0/", "products/abc/", "products/99999999999999999999/"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_address_is_404(api, path, method):
    assert_problem(getattr(api, method)(f"/api/v1/{path}"), 404, "not_found")


def test_a_method_that_an_address_does_not_have_is_405_and_names_the_others(api):
    answer = api.put("/api/v1/products/", {})

    assert_problem(answer, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_body_that_is_no_json_is_415(api):
    assert_problem(api.post("/api/v1/sales/", "a=b", content_type="text/plain"), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body", [b"{", b"", b"[", b"\xff\xfe", b'{"price": NaN}', b'{"price": Infinity}', b"[" * 100_000, b"1" * 5000, b'{"a": 1,}']
)
def test_what_is_not_json_is_400(api, body):
    answer = api.post("/api/v1/products/", body, content_type="application/json")

    assert answer.status_code == 400
    assert_problem(answer, 400, "parse_error" if body else "required", "" if body else "sku")


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_json_that_is_no_object_is_400(api, body):
    assert api.post("/api/v1/products/", body, content_type="application/json").status_code == 400


def test_a_body_beyond_the_limit_is_413(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = api.post("/api/v1/products/", {"sku": "A" * 200, "name": "A", "price": "1"})

    assert_problem(answer, 413, "too_large")


def test_errors_name_their_place_in_nested_input(api, mug):
    lines = [{"sku": "MUG", "quantity": "1"}, {"sku": "MUG", "quantity": "-1"}, {"quantity": "1"}]
    answer = api.post("/api/v1/sales/", {"lines": lines, "payments": [{"method": "gold", "amount": "1"}]})

    body = assert_problem(answer, 400, "not_above", "lines[1].quantity")
    assert {error["field"] for error in body["errors"]} == {"lines[1].quantity", "lines[2]", "payments[0].method"}


def test_a_rule_that_says_no_is_409_and_names_the_product_that_is_short(api, mug):
    answer = api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "quantity": "2"}]})

    body = assert_problem(answer, 409, "insufficient_stock", "lines[0].quantity")
    assert body["code"] == "insufficient_stock"
    assert "Mug" in body["detail"]
    assert (body["product"], body["sku"]) == (mug.pk, "MUG")


HUGE = ["1e400", "9" * 400, "-" + "9" * 400, "1e-400"]
STRANGE = ["NaN", "Infinity", "-Infinity", "1,5", "", " ", "١٢", "0x10", "1e3", None, True, [], {}]


@pytest.mark.parametrize("field", ["price", "tax_rate", "reorder_quantity", "cost"])
@pytest.mark.parametrize("value", STRANGE)
def test_what_is_no_number_is_400_at_its_field(api, field, value):
    body = {"sku": "A", "name": "A", "price": "1.00"} | {field: value}
    if value is None and field != "price":
        body[field] = "null"

    answer = api.post("/api/v1/products/", body)

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


@pytest.mark.parametrize("number", HUGE)
def test_a_number_beyond_all_measure_is_400(api, number):
    body = '{"sku": "A", "name": "A", "price": %s}' % number  # noqa: UP031  (JSON has braces of its own)

    assert api.post("/api/v1/products/", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("text", ["a\u0000b", "\ud800", 5, True, [], {}, None, "x" * 300, "", "   "])
@pytest.mark.parametrize("field", ["sku", "name"])
def test_text_that_cannot_be_stored_is_400_at_its_field(api, field, text):
    body = json.dumps({"sku": "A", "name": "A", "price": "1.00"} | {field: text})

    answer = api.post("/api/v1/products/", body, content_type="application/json")

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


@pytest.mark.parametrize(
    "moment", ["2026-03-04", "2026-03-04T10:00:00", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", 5, ""]
)
def test_a_moment_without_an_offset_or_a_calendar_is_400(api, mug, moment):
    answer = api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "quantity": "1"}], "sold_at": moment})

    assert_problem(answer, 400, "rfc3339", "sold_at")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=0", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=ten", "page_size"),
        ("ordering=secret", "ordering"),
        ("category=a", "category"),
        ("category=99999999999999999999999", "category"),
        ("is_active=perhaps", "is_active"),
        ("stock=much", "stock"),
        ("search=%00", "search"),
        ("sku=%00", "sku"),
    ],
)
def test_a_filter_that_makes_no_sense_is_400_at_its_name(api, query, field):
    answer = api.get(f"/api/v1/products/?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_cursor_that_nobody_was_given_is_404(api):
    assert_problem(api.get("/api/v1/products/?cursor=abc"), 404, "unknown_cursor")


def test_a_reference_to_another_business_is_400_at_its_field_as_an_unknown_one_is(api, mug):
    theirs = CustomerFactory(business=MemberFactory().business)
    body = {"lines": [{"sku": "MUG", "quantity": "1"}]}

    answers = [api.post("/api/v1/sales/", body | {"customer": pk}) for pk in (theirs.pk, 999_999)]

    for answer in answers:
        assert_problem(answer, 400, "unknown", "customer")


@pytest.mark.parametrize(("name", "value"), [("product", 999_999), ("sku", "NONE"), ("barcode", "NONE")])
def test_an_unknown_product_is_400_at_its_line(api, mug, name, value):
    answer = api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "quantity": "1"}, {name: value, "quantity": "1"}]})

    assert_problem(answer, 400, "unknown_product", f"lines[1].{name}")


def test_a_line_names_its_product_in_one_way(api, mug):
    answer = api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "product": mug.pk, "quantity": "1"}]})

    assert_problem(answer, 400, "one_product", "lines[0]")


def test_too_many_requests_are_429_and_say_when_to_come_back(api, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates | {"key": "2/m"}}

    answers = [api.get("/api/v1/business/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_problem(answers[2], 429, "throttled")
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60


def test_a_hundred_requests_a_second_pass(settings):
    most, _, period = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["key"].partition("/")

    assert period == "s"
    assert int(most) >= 100


def test_a_crash_is_answered_in_the_same_shape_and_told_to_who_watches(api, monkeypatch):
    def crash(**_):
        raise RuntimeError("oh")

    monkeypatch.setattr("accounts.api.views.update_business", crash)
    api.raise_request_exception = False

    assert_problem(api.patch("/api/v1/business/", {"name": "New"}), 500, "server_error")

    api.raise_request_exception = True
    with pytest.raises(RuntimeError):
        api.patch("/api/v1/business/", {"name": "New"})


def test_a_refused_sale_leaves_nothing(api, owner, mug):
    sell(owner, {mug: 1}, at=NOW)

    api.post("/api/v1/sales/", {"lines": [{"sku": "MUG", "quantity": "1"}]})

    assert len(api.get("/api/v1/sales/").json()["results"]) == 1


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "nonsense"])
def test_a_charset_of_the_client_s_choosing_changes_nothing(api, charset):
    body = '{"sku": "Café", "name": "Café", "price": "1.00"}'.encode()

    answer = api.generic("POST", "/api/v1/products/?a=%e9", body, content_type=f"application/json; charset={charset}")

    assert answer.status_code == 201
    assert answer.json()["name"] == "Café"


def test_a_thousand_filters_are_400(api):
    assert api.get("/api/v1/products/?" + "&".join(["a=1"] * 2000)).status_code == 400


@pytest.mark.parametrize("lines", ["MUG", 5, {}, [5], ["MUG"], [[]], [None], None])
def test_lines_of_another_shape_are_400(api, lines):
    answer = api.post("/api/v1/sales/", {"lines": lines})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("lines")
