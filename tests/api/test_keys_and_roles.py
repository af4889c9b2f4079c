"""Who gets in, and who may do what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiKey
from accounts.services.keys import create_api_key, hashed, revoke_api_key
from accounts.services.team import remove_member
from tests.factories import (
    NOW,
    BusinessFactory,
    CategoryFactory,
    CustomerFactory,
    LocationFactory,
    MemberFactory,
    ProductFactory,
    StockedProductFactory,
    sell,
)
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db


def with_key(secret):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_a_key_opens_its_own_business_and_is_noted_as_used(owner):
    key, secret = create_api_key(by=owner, name="till", role="clerk", at=NOW - timedelta(hours=1))

    answer = with_key(secret).get("/api/v1/business/")

    assert answer.json()["name"] == owner.business.name
    key.refresh_from_db()
    assert key.last_used_at == timezone.now()


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Bearer \u00e9", "Basic abc", "tb_123"])
def test_what_is_no_key_is_401(db, header):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    assert client.get("/api/v1/business/").status_code == 401


def test_a_revoked_key_is_401(owner):
    key, secret = create_api_key(by=owner, name="till", role="clerk", at=NOW)
    revoke_api_key(key=key, by=owner, at=NOW)

    assert with_key(secret).get("/api/v1/business/").status_code == 401


def test_the_key_of_somebody_who_left_is_401(owner):
    second = MemberFactory(business=owner.business, role="owner")
    _, secret = create_api_key(by=second, name="till", role="clerk", at=NOW)
    remove_member(member=second, by=owner, at=NOW)

    assert with_key(secret).get("/api/v1/business/").status_code == 401


def test_a_key_never_does_more_than_its_maker_now_may(owner):
    second = MemberFactory(business=owner.business, role="owner")
    _, secret = create_api_key(by=second, name="till", role="owner", at=NOW)
    second.role = "viewer"
    second.save()

    assert with_key(secret).patch("/api/v1/business/", {"name": "Mine"}).status_code == 403


SCOPED = [
    ("read", "get", "/api/v1/products/", 200),
    ("read", "post", "/api/v1/sales/", 403),
    ("sell", "post", "/api/v1/sales/", 400),
    ("sell", "get", "/api/v1/products/", 403),
    ("sell", "post", "/api/v1/stock/receive/", 403),
    ("stock", "post", "/api/v1/stock/receive/", 400),
    ("stock", "post", "/api/v1/products/", 400),
    ("stock", "post", "/api/v1/sales/", 403),
    ("admin", "patch", "/api/v1/business/", 200),
    ("read", "patch", "/api/v1/business/", 403),
]


@pytest.mark.parametrize(("scope", "method", "path", "status"), SCOPED)
def test_a_scope_opens_its_own_endpoints_only(owner, scope, method, path, status):
    _, secret = create_api_key(by=owner, name="till", role="owner", scopes=[scope], at=NOW)

    answer = getattr(with_key(secret), method)(path, {} if method != "get" else None)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "missing_scope"


def test_a_browser_writes_with_csrf_and_not_without(owner):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner.user, backend="accounts.backends.MemberBackend")
    body = {"name": "till", "role": "clerk"}

    without = browser.post("/api/v1/auth/keys/", body, content_type="application/json")
    browser.cookies["csrftoken"] = "a" * 32
    answer = browser.post("/api/v1/auth/keys/", body, content_type="application/json", headers={"X-CSRFToken": "a" * 32})

    assert without.status_code == 403
    assert answer.status_code == 201
    assert ApiKey.objects.get(pk=answer.json()["id"]).key_hash == hashed(answer.json()["key"])


def test_keys_are_listed_without_their_secrets_and_revoked(owner):
    browser = client_of(owner)
    made = browser.post(
        "/api/v1/auth/keys/", {"name": "till", "role": "clerk", "scopes": ["sell"]}, content_type="application/json"
    )
    secret = made.json()["key"]

    listed = browser.get("/api/v1/auth/keys/").json()["results"]
    revoked = browser.delete(f"/api/v1/auth/keys/{made.json()['id']}/")

    assert listed[0]["scopes"] == ["sell"]
    assert "key" not in listed[0]
    assert revoked.status_code == 204
    assert with_key(secret).get("/api/v1/business/").status_code == 401


def test_no_key_makes_another(api):
    assert api.post("/api/v1/auth/keys/", {"name": "till", "role": "clerk"}).status_code == 403


def test_somebody_without_a_business_is_403(db):
    stranger = MemberFactory()
    stranger.is_active = False
    stranger.save()

    assert client_of(stranger).get("/api/v1/products/").status_code == 403


def test_a_personal_book_has_no_shop(db):
    member = MemberFactory(business=BusinessFactory(kind="personal"), role="owner")
    api = api_of(member)

    assert api.get("/api/v1/products/").status_code == 404
    assert api.post("/api/v1/sales/", {}).status_code == 404
    assert api.get("/api/v1/business/").status_code == 200


# Each row: what is done, and the least role that may.
ROWS = [
    ("get", "products/", None, "viewer"),
    ("get", "sales/", None, "viewer"),
    ("get", "movements/", None, "viewer"),
    ("get", "stock/", None, "viewer"),
    ("get", "alerts/", None, "viewer"),
    ("get", "business/", None, "viewer"),
    ("post", "sales/", {"lines": [{"sku": "MUG", "quantity": "1"}]}, "clerk"),
    ("post", "sales/{sale}/refund/", {"lines": [{"line": "{line}", "quantity": "1"}], "reason": "Broken"}, "clerk"),
    ("post", "customers/", {"name": "Ann"}, "clerk"),
    ("patch", "customers/{customer}/", {"name": "Ann"}, "clerk"),
    ("post", "stock/receive/", {"lines": [{"sku": "MUG", "quantity": "1", "unit_cost": "2.00"}]}, "clerk"),
    ("post", "sales/{sale}/void/", {"reason": "Wrong"}, "manager"),
    ("post", "stock/adjust/", {"lines": [{"sku": "MUG", "quantity": "-1"}], "reason": "Counted"}, "manager"),
    ("post", "stock/take/", {"lines": [{"sku": "MUG", "quantity": "1"}], "reason": "Broken"}, "manager"),
    ("post", "stock/transfer/", {"to": "{place}", "lines": [{"sku": "MUG", "quantity": "1"}]}, "manager"),
    ("post", "products/", {"sku": "NEW", "name": "New", "price": "1.00"}, "manager"),
    ("patch", "products/{product}/", {"name": "New"}, "manager"),
    ("delete", "products/{unused}/", None, "manager"),
    ("post", "categories/", {"name": "New"}, "manager"),
    ("patch", "categories/{category}/", {"name": "New"}, "manager"),
    ("post", "locations/", {"name": "New"}, "manager"),
    ("patch", "locations/{place}/", {"name": "New"}, "manager"),
    ("patch", "business/", {"name": "New"}, "owner"),
    ("get", "auth/keys/", None, "owner"),
]
RANKS = ["viewer", "clerk", "manager", "owner"]


def filled(value, names):
    if isinstance(value, dict):
        return {key: filled(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    return names[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value


@pytest.mark.parametrize("role", RANKS)
@pytest.mark.parametrize(("method", "path", "body", "least"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_each_role_does_what_the_table_says(owner, role, method, path, body, least):
    business = owner.business
    mug = StockedProductFactory(business=business, sku="MUG", on_hand=9)
    sale = sell(owner, {mug: 2})
    names = {
        "sale": sale.pk,
        "line": sale.lines.get().pk,
        "product": mug.pk,
        "unused": ProductFactory(business=business).pk,
        "customer": CustomerFactory(business=business).pk,
        "category": CategoryFactory(business=business).pk,
        "place": LocationFactory(business=business).pk,
    }
    client = api_of(MemberFactory(business=business, role=role), role)

    answer = getattr(client, method)(f"/api/v1/{path.format(**names)}", filled(body, names))

    allowed = RANKS.index(role) >= RANKS.index(least)
    assert (answer.status_code < 300) is allowed, answer.content
    if not allowed:
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
