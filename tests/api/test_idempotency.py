"""Rule 8 at the edge: the same key and body give the same answer, and do nothing again."""

import pytest

from common.models import IdempotentRequest
from sales.models import Sale
from tests.factories import StockedProductFactory, on_hand
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "basket-1"}


@pytest.fixture
def mug(owner):
    return StockedProductFactory(business=owner.business, sku="MUG", on_hand=3)


def sale(quantity="1"):
    return {"lines": [{"sku": "MUG", "quantity": quantity}]}


def test_a_repeated_request_gets_the_first_answer_and_sells_nothing(api, mug):
    first = api.post("/api/v1/sales/", sale(), headers=KEY)
    again = api.post("/api/v1/sales/", sale(), headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert on_hand(mug) == 2


def test_the_order_of_names_in_the_body_does_not_matter(api, mug):
    api.post("/api/v1/sales/", '{"lines": [{"sku": "MUG", "quantity": "1"}]}', content_type="application/json", headers=KEY)
    again = api.post("/api/v1/sales/", '{"lines":[{"quantity":"1","sku":"MUG"}]}', content_type="application/json", headers=KEY)

    assert again.headers["Idempotent-Replay"] == "true"


def test_another_body_under_the_same_key_is_refused(api, mug):
    api.post("/api/v1/sales/", sale(), headers=KEY)
    answer = api.post("/api/v1/sales/", sale("2"), headers=KEY)

    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_conflict"
    assert Sale.objects.count() == 1


def test_another_address_under_the_same_key_is_refused(api, mug):
    api.post("/api/v1/stock/receive/", sale(), headers=KEY)

    assert api.post("/api/v1/sales/", sale(), headers=KEY).json()["code"] == "idempotency_conflict"


def test_a_refused_request_leaves_no_trace_and_may_be_mended(api, mug):
    refused = api.post("/api/v1/sales/", sale("9"), headers=KEY)
    assert refused.status_code == 409
    assert not IdempotentRequest.objects.exists()

    mended = api.post("/api/v1/sales/", sale("3"), headers=KEY)

    assert mended.status_code == 201
    assert "Idempotent-Replay" not in mended.headers


def test_without_a_key_each_request_counts(api, mug):
    for _ in range(2):
        assert api.post("/api/v1/sales/", sale()).status_code == 201

    assert on_hand(mug) == 1


def test_businesses_do_not_share_keys(api, mug):
    theirs = StockedProductFactory(sku="MUG", on_hand=3)
    member = theirs.business.members.get()
    api.post("/api/v1/sales/", sale(), headers=KEY)

    answer = api_of(member).post("/api/v1/sales/", sale(), headers=KEY)

    assert answer.status_code == 201
    assert "Idempotent-Replay" not in answer.headers
    assert on_hand(theirs) == 2


def test_another_role_does_not_read_the_answer_of_an_owner(api, owner, clerk, mug):
    api.post("/api/v1/sales/", sale(), headers=KEY)

    answer = api_of(clerk, "clerk").post("/api/v1/sales/", sale(), headers=KEY)

    assert answer.status_code == 409


@pytest.mark.parametrize(("key", "status"), [("k" * 128, 201), ("k" * 129, 400), ("k\u00e9y", 400), ("", 400), (" ", 400)])
def test_a_key_is_1_to_128_plain_characters(api, mug, key, status):
    answer = api.post("/api/v1/sales/", sale(), headers={"Idempotency-Key": key})

    assert answer.status_code == status
    if status == 400:
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_new_api_key_is_shown_once_and_not_kept_for_its_replay(owner):
    browser = client_of(owner)
    body = {"name": "till", "role": "clerk"}

    first, again = (browser.post("/api/v1/auth/keys/", body, content_type="application/json", headers=KEY) for _ in range(2))

    assert first.json()["key"].startswith("tb_")
    assert again.json() == first.json() | {"key": None}
    assert first.json()["key"] not in IdempotentRequest.objects.get().answer
    assert again.headers["Idempotent-Replay"] == "true"
