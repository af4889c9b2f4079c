"""Rule 17, walked: every address of pages and API, with the ids of another business, answers as if there were nothing."""

from io import BytesIO

import pytest
from django.urls import get_resolver

from accounts.services.keys import create_api_key
from accounts.services.team import invite
from alerts.models import Alert, AlertKind
from alerts.services import Finding, raise_alerts
from imports.services.start import start_import
from inventory.models import Batch, Pack
from inventory.services.bulk_changes import BulkChange, Change
from inventory.services.bulk_edit import Seen, change_products
from inventory.services.stocktake import start_stocktake
from mail.outbox import queue_rendered
from tests.factories import (
    NOW,
    CategoryFactory,
    CustomerFactory,
    LocationFactory,
    MemberFactory,
    StockedProductFactory,
    sell,
)
from tests.factories.expenses import budget, category, rule, spend
from tests.factories.money import account, transfer
from tests.factories.papers import paper
from tests.factories.purchasing import billed, offer, order, receive, sent
from tests.factories.recurring import recurring
from tests.factories.stock import transferred
from tests.people import api_of, client_of
from webhooks.outbox import send_test
from webhooks.services import create_endpoint

pytestmark = pytest.mark.django_db
METHODS = ("GET", "PATCH", "POST", "DELETE")
NOT_A_TENANTS = ("admin/", "accounts/", "invitations/", "imports/example/", "unsubscribe/")


def routes(patterns=None, before=""):
    """Every address that takes an argument, but those that name nothing of a business's."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if route.startswith(NOT_A_TENANTS):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        elif pattern.pattern.converters:
            yield route


ROUTES = sorted(routes())


def things_of(owner):
    """One of each, by how its addresses begin; the longest beginning counts."""
    business = owner.business
    product = StockedProductFactory(business=business, sku="THEIRS")
    finding = Finding(AlertKind.LOW_STOCK, f"product:{product.pk}", product.name)
    raise_alerts(business=business, findings=[finding], at=NOW, tell=False)
    spent = spend(owner, 5).expense
    paper(spent, owner)
    hook = create_endpoint(by=owner, url="https://hooks.example.com/", kinds=["low_stock"], at=NOW)
    told = send_test(endpoint=hook, by=owner, at=NOW)
    return {
        "webhooks/": hook,
        "webhook-deliveries/": told,
        "settings/webhooks/": hook,
        "settings/webhooks/deliveries/": told,
        "auth/keys/": create_api_key(by=owner, name="till", role="clerk", at=NOW)[0],
        "settings/keys/": create_api_key(by=owner, name="till", role="clerk", at=NOW)[0],
        "settings/team/": MemberFactory(business=business),
        "settings/team/invitations/": invite(email="new@shop.example", role="clerk", by=owner, at=NOW),
        "settings/email/": queue_rendered(
            kind="alerts", to=owner.user.email, subject="Low", text="Low", at=NOW, business_id=business.pk
        ),
        "alerts/": Alert.objects.get(business=business),
        "imports/": start_import(by=owner, kind="products", source=BytesIO(b"SKU,Name,Price\nA,A,1"), filename="a.csv", at=NOW),
        "products/": product,
        "bulk-edits/": (edited := archived(owner, StockedProductFactory(business=business))),
        "products/changes/": edited,
        "batches/": Batch.objects.create(business=business, product=product, code="L1", expires_on=NOW.date()),
        "categories/": CategoryFactory(business=business),
        "locations/": LocationFactory(business=business),
        "stocktakes/": (counting := start_stocktake(by=owner, at=NOW)),
        "stock/counts/": counting,
        "stock-transfers/": (under_way := transferred(owner, product)),
        "stock/transfers/": under_way,
        "sales/": sell(owner, {product: 1}),
        "customers/": CustomerFactory(business=business),
        "expenses/": spent,
        "expenses/recurring/": recurring(owner),
        "accounts/": (bank := account(owner)),
        "transfers/": (moved := transfer(owner, bank, account(owner, "Cash"), 5)),
        "money/": bank,
        "money/transfers/": moved,
        "recurring-expenses/": recurring(owner, name="Power"),
        "expense-categories/": category(owner),
        "budgets/": budget(owner, 100),
        "rules/": rule(owner),
        "suppliers/": (sold := offer(owner)).supplier,
        "offers/": sold,
        "orders/": (bought := order(owner)),
        "purchase-orders/": bought,
        "receipts/": (came := receive(owner, sent(owner))),
        "goods-receipts/": came,
        "bills/": billed(owner, came.order),
    }


def archived(owner, product):
    seen = {product.pk: Seen(product.version)}
    return change_products(by=owner, change=Change(BulkChange.ARCHIVE), seen=seen, at=NOW)


def address(route, things):
    rest = route.removeprefix("api/v1/")
    known = [beginning for beginning in things if rest.startswith(beginning)]
    assert known, f"{route} is new: tell this walk what it is about"
    thing = things[max(known, key=len)]
    path = "/" + route.replace("<id:pk>", str(thing.pk)).replace("<int:pk>", str(thing.pk))
    if "<int:pack_pk>" in path:
        path = path.replace("<int:pack_pk>", str(Pack.objects.create(product=thing, name="case", factor=12).pk))
    for name in ("<int:paper_pk>", "<id:receipt_pk>"):
        if name in path:
            path = path.replace(name, str(thing.attachments.get().pk))
    assert "<" not in path, f"{route} takes more than this walk knows"
    return path


def statuses(owner, path):
    if path.startswith("/api/"):
        api = api_of(owner)
        methods = ("get", "patch", "post", "delete")
        return {_status(getattr(api, method)(path, None if method == "get" else {})) for method in methods}
    browser = client_of(owner)
    return {_status(browser.get(path)), _status(browser.post(path, {}))}


def _status(response):
    for _ in getattr(response, "streaming_content", ()):  # a file is closed when it was read
        pass
    return response.status_code


@pytest.fixture
def stranger(db):
    return MemberFactory(role="owner")


def test_the_walk_has_somewhere_to_go():
    assert len([route for route in ROUTES if route.startswith("api/")]) >= 14


@pytest.mark.parametrize("route", ROUTES)
def test_another_business_sees_nothing_there(owner, stranger, route):
    path = address(route, things_of(owner))

    assert 404 in statuses(stranger, path)
    assert statuses(stranger, path) <= {404, 405}


@pytest.mark.parametrize("route", ROUTES)
def test_its_own_business_sees_it(owner, route):
    path = address(route, things_of(owner))

    assert statuses(owner, path) - {404, 405}


LISTS = [
    "auth/keys",
    "expenses",
    "expense-categories",
    "recurring-expenses",
    "accounts",
    "transfers",
    "budgets",
    "rules",
    "categories",
    "locations",
    "products",
    "movements",
    "stock",
    "stock-transfers",
    "sales",
    "customers",
    "alerts",
    "webhooks",
    "webhook-deliveries",
]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_holds_a_row_of_another_business(owner, stranger, name):
    things_of(owner)
    things_of(stranger)

    ours, theirs = (
        {row["id"] for row in api_of(who).get(f"/api/v1/{name}/?page_size=200").json()["results"]} for who in (owner, stranger)
    )

    assert ours
    assert theirs
    assert not ours & theirs


def test_a_body_cannot_name_another_business_place(owner, stranger):
    mine = StockedProductFactory(business=stranger.business, sku="MINE")
    place = LocationFactory(business=owner.business)
    api, line = api_of(stranger), {"product": mine.pk, "quantity": "1"}

    for path, body, field in [
        ("sales", {"location": place.pk}, "location"),
        ("stock/receive", {"location": place.pk}, "location"),
        ("stock/adjust", {"location": place.pk, "reason": "x"}, "location"),
        ("stock/take", {"location": place.pk, "reason": "x"}, "location"),
        ("stock/transfer", {"to": place.pk}, "to"),
        ("stock-transfers", {"to": place.pk}, "to"),
        ("stock/transfer", {"from": place.pk, "to": place.pk}, "from"),
    ]:
        answer = api.post(f"/api/v1/{path}/", {"lines": [line]} | body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), path


def test_a_body_cannot_name_another_business_product_or_category(owner, stranger):
    theirs = things_of(owner)
    api, pk = api_of(stranger), theirs["products/"].pk

    for path in ("sales", "stock/receive"):
        answer = api.post(f"/api/v1/{path}/", {"lines": [{"product": pk, "quantity": "1"}]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "lines[0].product"), path
    body = {"sku": "A", "name": "A", "price": "1.00", "category": theirs["categories/"].pk}
    assert api.post("/api/v1/products/", body).json()["errors"][0]["field"] == "category"


def test_a_refund_cannot_name_a_line_of_another_sale(owner, stranger):
    theirs = things_of(owner)["sales/"]
    mine = things_of(stranger)["sales/"]

    body = {"lines": [{"line": theirs.lines.get().pk, "quantity": "1"}], "reason": "x"}
    answer = api_of(stranger).post(f"/api/v1/sales/{mine.pk}/refund/", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "lines[0].line")
