"""Webhooks over the API."""

import pytest

from tests.factories import NOW
from tests.people import api_of
from webhooks.models import Delivery, Endpoint
from webhooks.services import create_endpoint

pytestmark = pytest.mark.django_db

URL = "https://hooks.example.com/tillbook"
KINDS = ["low_stock", "budget"]


def test_one_is_made_with_its_secret_in_this_answer_and_never_again(api):
    answer = api.post("/api/v1/webhooks/", {"url": URL, "kinds": KINDS}, headers={"idempotency-key": "once"})
    replay = api.post("/api/v1/webhooks/", {"url": URL, "kinds": KINDS}, headers={"idempotency-key": "once"})

    made, endpoint = answer.json(), Endpoint.objects.get()
    assert answer.status_code == 201
    assert made["secret"] == endpoint.secret
    assert (made["id"], made["url"], made["state"], sorted(made["kinds"])) == (endpoint.pk, URL, "on", sorted(KINDS))
    assert endpoint.secret not in replay.content.decode()
    listed = api.get("/api/v1/webhooks/").json()["results"]
    assert [each["id"] for each in listed] == [endpoint.pk]
    assert "secret" not in listed[0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://hooks.example.com/", "kinds": KINDS}, "url"),
        ({"url": "https://127.0.0.1/", "kinds": KINDS}, "url"),
        ({"url": URL + "\x00", "kinds": KINDS}, "url"),
        ({"url": 10**30, "kinds": KINDS}, "url"),
        ({"url": URL, "kinds": []}, "kinds"),
        ({"url": URL, "kinds": ["pigeon"]}, "kinds[0]"),
        ({"kinds": KINDS}, "url"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(api, body, field):
    answer = api.post("/api/v1/webhooks/", body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_it_is_changed_paused_tested_renewed_and_deleted(api, owner):
    endpoint = create_endpoint(by=owner, url=URL, kinds=KINDS, at=NOW)
    here = f"/api/v1/webhooks/{endpoint.pk}/"

    assert api.patch(here, {"kinds": ["budget"], "version": 1}).json()["kinds"] == ["budget"]
    assert api.patch(here, {"kinds": ["budget"], "version": 1}).status_code == 409
    assert api.patch(here, {"is_on": False}).json()["state"] == "paused"
    assert api.post(f"{here}test/").json()["code"] == "webhook_not_on"
    assert api.patch(here, {"is_on": True}).json()["state"] == "on"
    assert api.post(f"{here}test/").status_code == 202
    assert api.post(f"{here}secret/").json()["secret"] != endpoint.secret
    row = Delivery.objects.get()
    (listed,) = api.get("/api/v1/webhook-deliveries/").json()["results"]
    assert (listed["id"], listed["type"], listed["event_id"]) == (row.pk, "test", row.event_id)
    assert api.post(f"/api/v1/webhook-deliveries/{row.pk}/again/").status_code == 202
    assert api.delete(here).status_code == 204
    assert not Endpoint.objects.exists()


def test_only_an_owner_and_only_with_the_scope(member, owner):
    create_endpoint(by=owner, url=URL, kinds=KINDS, at=NOW)

    assert api_of(member).get("/api/v1/webhooks/").status_code == 403
    assert api_of(owner, scopes=["sell"]).post("/api/v1/webhooks/", {"url": URL, "kinds": KINDS}).status_code == 403


def test_the_schema_says_what_leaves(api):
    schema = api.get("/api/v1/schema/").json()

    said = schema["webhooks"]["alert"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert said == {"$ref": "#/components/schemas/AlertEvent"}
    assert set(schema["components"]["schemas"]["AlertEvent"]["required"]) == {"id", "type", "created_at", "business", "data"}


def test_the_reference_says_how_a_delivery_is_checked(client):
    page = client.get("/api/v1/docs/").content.decode()

    assert "Events that we send" in page
    assert "HMAC-SHA256" in page
