import pytest

from inventory.models import Location, LocationKind, StockMovement, StockTransfer
from tests.factories import NOW, LocationFactory, StockedProductFactory
from tests.factories.stock import arrived, at, place, transferred
from tests.people import api_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Tea", sku="TEA", on_hand=10)


def post(api, path, body, **headers):
    answer = api.post(f"/api/v1/stock-transfers/{path}", body, **headers)
    return answer.status_code, answer.json()


def test_it_is_sent_received_in_parts_and_closed(api, member, tea):
    stall = place(member)

    status, sent = post(api, "", {"to": stall.pk, "lines": [{"sku": "TEA", "quantity": "5"}], "note": "By van"})
    line = sent["lines"][0]["id"]
    _, part = post(api, f"{sent['id']}/receive/", {"lines": [{"line": line, "quantity": "3"}]})
    product = api.get(f"/api/v1/products/{tea.pk}/").json()
    _, closed = post(api, f"{sent['id']}/close/", {"reason": "Fell off the van", "write_off": True})

    assert (status, sent["number"], sent["state"], sent["to"], sent["note"]) == (201, "TR-1", "in_transit", stall.pk, "By van")
    assert sent["from"] == Location.objects.get(business=member.business, is_default=True).pk
    assert (part["state"], part["lines"][0]["received"], part["lines"][0]["outstanding"]) == ("part_received", "3", "2")
    assert (product["on_hand"], product["available"], product["incoming"], product["in_transit"]) == ("8", "8", "2", "2")
    assert (closed["state"], closed["lines"][0]["written_off"], closed["ended_at"]) == ("closed", "2", "2026-03-04T10:00:00Z")


def test_cancelled_it_is_back(api, member, tea):
    transfer = transferred(member, tea, 4)

    status, answer = post(api, f"{transfer.pk}/cancel/", {"reason": "No driver"})

    assert (status, answer["state"], answer["lines"][0]["put_back"]) == (200, "cancelled", "4")


@pytest.mark.parametrize(
    ("body", "status", "field", "sentence"),
    [
        ({"to": "stall", "quantity": "10"}, 409, "lines[0].quantity", "Tea: only 9 left"),
        ({"to": "stall", "quantity": "1000000000"}, 400, "lines[0].quantity", "Not above 999,999,999"),
        ({"to": "stall", "quantity": "1" + "0" * 30}, 400, "lines[0].quantity", "Enter a number"),
        ({"to": "stall", "quantity": "\u0661"}, 400, "lines[0].quantity", "Enter a number"),
        ({"to": "stall", "quantity": "0.5"}, 400, "lines[0].quantity", "whole numbers"),
        ({"to": "stall", "quantity": "1", "unit": "crate"}, 400, "lines[0].unit", "crate"),
        ({"to": "shop", "quantity": "1"}, 400, "to", "two different places"),
        ({"to": "closed", "quantity": "1"}, 409, "to", "is closed. Choose another place."),
        ({"to": "transit", "quantity": "1"}, 400, "to", "There is no such location."),
        ({"to": "stall", "quantity": "1", "note": "a\x00b"}, 400, "note", "ull"),
    ],
)
def test_what_cannot_be_sent_is_said_at_its_field(api, member, tea, body, status, field, sentence):
    transferred(member, tea, 1)
    places = {
        "stall": place(member),
        "shop": Location.objects.get(business=member.business, is_default=True),
        "closed": LocationFactory(business=member.business, is_active=False),
        "transit": Location.objects.get(business=member.business, kind=LocationKind.TRANSIT),
    }
    before = StockMovement.objects.count()
    line = {"sku": "TEA"} | {name: body[name] for name in ("quantity", "unit") if name in body}

    answer = post(api, "", {"to": places[body["to"]].pk, "lines": [line], "note": body.get("note", "")})

    assert (answer[0], answer[1]["errors"][0]["field"]) == (status, field), answer
    assert sentence in answer[1]["errors"][0]["message"]
    assert StockMovement.objects.count() == before
    assert StockTransfer.objects.count() == 1


def test_an_inactive_product_is_not_sent(api, member, tea):
    tea.is_active = False
    tea.save()

    status, answer = post(api, "", {"to": place(member).pk, "lines": [{"sku": "TEA", "quantity": "1"}]})

    assert (status, answer["errors"][0]["field"]) == (400, "lines[0].product")
    assert answer["errors"][0]["message"] == "Tea is no longer sold. Restore it first to send it."


def test_what_cannot_be_received_is_said_at_its_line(api, member, tea):
    transfer, other = transferred(member, tea, 4), transferred(member, tea, 1)
    line = transfer.lines.get().pk
    for came, status, field in (
        ({"line": line, "quantity": "5"}, 409, "lines[0].quantity"),
        ({"line": other.lines.get().pk, "quantity": "1"}, 400, "lines[0].line"),
        ({"line": line, "quantity": "1", "unit": "crate"}, 400, "lines[0].unit"),
        ({"line": line, "quantity": "1000000000"}, 400, "lines[0].quantity"),
    ):
        answer = post(api, f"{transfer.pk}/receive/", {"lines": [came]})
        assert (answer[0], answer[1]["errors"][0]["field"]) == (status, field), answer
    assert at(tea, place(member)) == 0


def test_what_has_ended_is_refused(api, member, tea):
    transfer = transferred(member, tea, 4)
    post(api, f"{transfer.pk}/cancel/", {})

    line = {"line": transfer.lines.get().pk, "quantity": "1"}
    for path, body in (("receive/", {"lines": [line]}), ("close/", {}), ("cancel/", {})):
        status, answer = post(api, f"{transfer.pk}/{path}", body)
        assert (status, answer["errors"][0]["code"]) == (409, "transfer_state")


def test_a_stale_version_is_told_who_was_faster(api, member, tea):
    transfer = transferred(member, tea, 4)
    arrived(member, transfer, 1)

    body = {"lines": [{"line": transfer.lines.get().pk, "quantity": "1"}], "version": transfer.version}
    status, answer = post(api, f"{transfer.pk}/receive/", body)

    assert (status, answer["errors"][0]["code"]) == (409, "already_received")
    assert answer["errors"][0]["message"].startswith(f"{member.user.get_full_name()} received goods of TR-1 at 10:00")


def test_the_same_key_sends_once(api, member, tea):
    body = {"to": place(member).pk, "lines": [{"sku": "TEA", "quantity": "5"}]}

    first = post(api, "", body, HTTP_IDEMPOTENCY_KEY="k")
    again = post(api, "", body, HTTP_IDEMPOTENCY_KEY="k")

    assert first == again
    assert StockTransfer.objects.count() == 1


def test_a_clerk_receives_and_does_not_send(clerk, member, tea):
    transfer, api = transferred(member, tea, 4), api_of(clerk, role="clerk")

    line = {"line": transfer.lines.get().pk, "quantity": "1"}
    statuses = [
        post(api, "", {"to": place(member).pk, "lines": [{"sku": "TEA", "quantity": "1"}]})[0],
        post(api, f"{transfer.pk}/close/", {})[0],
        post(api, f"{transfer.pk}/cancel/", {})[0],
        post(api, f"{transfer.pk}/receive/", {"lines": [line]})[0],
    ]

    assert statuses == [403, 403, 403, 200]


def test_lists_and_places_know_nothing_of_where_goods_in_transit_lie(api, member, tea):
    transfer = transferred(member, tea, 4)
    transit = Location.objects.get(business=member.business, kind=LocationKind.TRANSIT)

    listed = api.get("/api/v1/stock-transfers/?state=in_transit&ordering=created_at").json()["results"]

    assert [row["id"] for row in listed] == [transfer.pk]
    assert api.get(f"/api/v1/stock-transfers/?to={transit.pk}").json()["results"] == []
    assert api.get(f"/api/v1/stock-transfers/?from={transfer.source_id}").json()["results"] != []
    assert transit.pk not in {row["id"] for row in api.get("/api/v1/locations/").json()["results"]}
    assert api.get(f"/api/v1/locations/{transit.pk}/").status_code == 404
    assert transit.pk not in {row["location"] for row in api.get("/api/v1/stock/").json()["results"]}


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_at_any_length(api, member, tea, count, django_assert_num_queries):
    for _ in range(count):
        transferred(member, StockedProductFactory(business=member.business, on_hand=1), at=NOW)
    api.get("/api/v1/stock-transfers/")

    with django_assert_num_queries(3):
        assert len(api.get("/api/v1/stock-transfers/").json()["results"]) == count
