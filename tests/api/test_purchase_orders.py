"""Orders by the API."""

from decimal import Decimal

import pytest

from purchasing.models import OrderState, PurchaseOrder, Receipt
from tests.factories import ProductFactory, on_hand
from tests.factories.purchasing import offer, order, sent, supplier
from tests.people import api_of

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/purchase-orders/"


def one(thing, verb=""):
    return f"{ORDERS}{thing.pk}/{verb}"


def test_an_order_is_drafted_changed_sent_received_and_closed(api, owner):
    sold = offer(owner, price="2.50", code="R-1")
    body = {"supplier": sold.supplier_id, "lines": [{"sku": sold.product.sku, "quantity": "4"}], "note": "Soon"}

    made = api.post(ORDERS, body)
    assert made.status_code == 201
    (line,) = made.json()["lines"]
    assert (made.json()["state"], made.json()["total"], line["amount"], line["code"]) == ("draft", "10.00", "10.00", "R-1")
    draft = PurchaseOrder.objects.get()

    changed = api.patch(one(draft), {"lines": [{"product": sold.product_id, "quantity": "6"}], "version": 1})
    assert (changed.json()["total"], changed.json()["note"]) == ("15.00", "Soon")
    gone = api.post(one(draft, "send/"), {"version": 2})
    assert (gone.json()["state"], gone.json()["committed"], gone.json()["sent_to"]) == ("sent", "15.00", "orders@bakers.example")
    assert api.get(f"/api/v1/products/{sold.product_id}/").json()["incoming"] == "6"

    (line,) = gone.json()["lines"]
    part = api.post(one(draft, "receive/"), {"lines": [{"line": line["id"], "quantity": "4"}], "landed_costs": "1.00"})
    assert (part.json()["state"], part.json()["lines"][0]["outstanding"]) == ("part_received", "2")
    closed = api.post(one(draft, "close/"), {"reason": "Sold out"})
    assert (closed.json()["state"], closed.json()["due"], closed.json()["reason"]) == ("closed", "10.00", "Sold out")
    assert on_hand(sold.product) == 4


def test_the_same_receipt_sent_again_is_received_once(api, owner):
    done = sent(owner)
    body = {"lines": [{"line": done.lines.get().pk, "quantity": "4"}]}

    answers = [api.post(one(done, "receive/"), body, headers={"Idempotency-Key": "one"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "line", "status", "code"),
    [
        ("receive/", {"quantity": "11"}, 409, "over_receipt"),
        ("receive/", {"quantity": "1000000000"}, 400, "too_large"),
        ("receive/", {"quantity": "0"}, 400, "not_above"),
        ("receive/", {"unit": "crate"}, 400, "unknown_unit"),
        ("receive/", {"unit_cost": "0.005"}, 400, "too_many_places"),
        ("receive/", {"line": 999_999}, 400, "unknown_line"),
    ],
)
def test_what_cannot_have_come_is_a_problem(api, owner, verb, line, status, code):
    done = sent(owner)

    answer = api.post(one(done, verb), {"lines": [{"line": done.lines.get().pk, "quantity": "1", **line}]})

    problem = answer.json()
    assert (answer.status_code, problem["code"] if status == 409 else problem["errors"][0]["code"]) == (status, code)
    assert not Receipt.objects.exists()


def test_what_came_already_and_what_is_cancelled_is_a_409(api, owner):
    done, gone = sent(owner), sent(owner)
    api.post(one(gone, "cancel/"), {})
    body = {"lines": [{"line": done.lines.get().pk, "quantity": "10"}]}
    api.post(one(done, "receive/"), body)

    again = api.post(one(done, "receive/"), body)
    late = api.post(one(gone, "receive/"), {"lines": [{"line": gone.lines.get().pk, "quantity": "1"}]})

    assert (again.status_code, again.json()["code"]) == (409, "already_received")
    assert (late.status_code, late.json()["code"]) == (409, "order_state")
    assert "PO-2 is cancelled and cannot be received" in late.json()["detail"]


def test_less_than_they_take_orders_from_is_a_409_until_confirmed(api, owner):
    draft = order(owner, of=supplier(owner, minimum_order=Decimal(50)))

    assert api.post(one(draft, "send/"), {}).json()["code"] == "below_least_order"
    assert api.post(one(draft, "send/"), {"confirmed": True}).json()["state"] == "sent"


def test_a_clerk_receives_and_orders_nothing(owner):
    done, draft = sent(owner), order(owner)
    clerk = api_of(owner, "clerk")

    assert clerk.post(ORDERS, {"supplier": done.supplier_id}).status_code == 403
    for verb in ("send/", "close/", "cancel/"):
        assert clerk.post(one(draft, verb), {}).status_code == 403
    assert clerk.post(one(done, "receive/"), {"lines": [{"line": done.lines.get().pk, "quantity": "1"}]}).status_code == 200


def test_prices_are_null_to_those_who_see_no_costs(owner):
    done = sent(owner)
    owner.business.hide_costs = True
    owner.business.save()

    answer = api_of(owner, "clerk").get(one(done)).json()

    assert (answer["total"], answer["due"], answer["lines"][0]["price"]) == (None, None, None)


def test_the_list_is_narrowed(api, owner):
    draft, done = order(owner), sent(owner)

    assert [row["id"] for row in api.get(ORDERS).json()["results"]] == [done.pk, draft.pk]
    assert [row["id"] for row in api.get(ORDERS, {"state": OrderState.SENT}).json()["results"]] == [done.pk]
    assert [row["id"] for row in api.get(ORDERS, {"number": "PO-1"}).json()["results"]] == [draft.pk]


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_at_any_length(api, owner, django_assert_max_num_queries, count):
    products = ProductFactory.create_batch(3, business=owner.business)
    for _ in range(count):
        order(owner, *[(product, 1) for product in products])

    with django_assert_max_num_queries(5):
        assert len(api.get(ORDERS).json()["results"]) == count


def test_a_bill_needs_a_key_for_money_too(owner):
    bought = sent(owner)
    body = {"amount": "20.00", "number": "B-1"}

    refused = api_of(owner, scopes=["stock"]).post(one(bought, "bill/"), body)
    only = api_of(owner, scopes=["expense"]).post(one(bought, "bill/"), body)
    done = api_of(owner, scopes=["stock", "expense"]).post(one(bought, "bill/"), body)

    assert [(answer.status_code, answer.json()["code"]) for answer in (refused, only)] == [(403, "missing_scope")] * 2
    assert done.status_code == 201, done.json()
