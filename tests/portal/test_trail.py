"""Rule 18: who did what, when, from what to what, and why, for whatever is done to a business."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Member
from accounts.services import keys, team
from audit.models import AuditEntry
from imports.services.decide import begin_commit, cancel_import
from inventory.models import Category, Location
from inventory.services.catalogue import create_product, remove_product
from inventory.services.places import save_category, save_location
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.services.variants import add_variants
from inventory.shelves import ProductRef
from sales.services.customers import create_customer, update_customer
from sales.services.undo import RefundLine, refund_sale, void_sale
from tests.factories import NOW, CategoryFactory, CustomerFactory, LocationFactory, StockedProductFactory, UserFactory, sell
from tests.imports.helpers import bring_in, check, csv_file

pytestmark = pytest.mark.django_db
D = Decimal
WHY = "Because it was so"
PRODUCTS = (("SKU", "Name", "Price"), ("A", "Apple", "1.00"))
SALES = (("Receipt number", "Date", "SKU", "Quantity", "Unit price"), ("R1", "2026-03-01 10:00", "APPLE", "1", "2.00"))

Told = dict[str, Any]
CASES: dict[str, tuple[Callable[[Member], object], Told, Told, str]] = {}


def case(action: str, *, before: Told | None = None, after: Told | None = None, why: str = "") -> Callable[..., Any]:
    """What is done by a function, and what the trail must say of it."""

    def take(doing: Callable[[Member], object]) -> Callable[[Member], object]:
        CASES[action] = (doing, before or {}, after or {}, why)
        return doing

    return take


@case("API key made", after={"role": "viewer", "scopes": "read"})
def _(owner):
    keys.create_api_key(by=owner, name="Web shop", role="viewer", scopes=["read"], at=NOW)


@case("API key revoked")
def _(owner):
    key, _ = keys.create_api_key(by=owner, name="Web shop", role="viewer", at=NOW)
    keys.revoke_api_key(key=key, by=owner, at=NOW)


@case("invited", after={"email": "ada@shop.example", "role": "clerk"})
def _(owner):
    team.invite(email="Ada@shop.example", role="clerk", by=owner, at=NOW)


@case("invitation withdrawn")
def _(owner):
    team.revoke_invitation(invitation=team.invite(email="ada@shop.example", role="clerk", by=owner, at=NOW), by=owner, at=NOW)


@case("member added", after={"role": "clerk"})
def _(owner):
    team.add_member(user=UserFactory(), role="clerk", by=owner, at=NOW)


@case("role changed", before={"role": "clerk"}, after={"role": "viewer"})
def _(owner):
    team.change_role(member=team.add_member(user=UserFactory(), role="clerk", by=owner, at=NOW), role="viewer", by=owner, at=NOW)


@case("member removed", before={"role": "clerk"})
def _(owner):
    team.remove_member(member=team.add_member(user=UserFactory(), role="clerk", by=owner, at=NOW), by=owner, at=NOW)


def _stocked(owner, **values):
    return StockedProductFactory(business=owner.business, sku="APPLE", **values)


def _one(owner):
    return [StockLine(ProductRef(product=_stocked(owner).pk), D(1))]


def _lines(quantity):
    return {"lines": [{"sku": "APPLE", "quantity": quantity}]}


@case("stock received", after=_lines("1"), why=WHY)
def _(owner):
    line = StockLine(ProductRef(product=_product(owner).pk), D(1))
    receive_stock(by=owner, lines=[line], reason=WHY, at=NOW)


@case("stock adjusted", after=_lines("1"), why=WHY)
def _(owner):
    adjust_stock(by=owner, lines=_one(owner), reason=WHY, at=NOW)


@case("stock taken", after=_lines("-1"), why=WHY)
def _(owner):
    take_stock(by=owner, lines=_one(owner), reason=WHY, at=NOW)


@case("stock transferred", after={"lines": [{"sku": "APPLE", "quantity": "-1"}, {"sku": "APPLE", "quantity": "1"}]}, why=WHY)
def _(owner):
    back = LocationFactory(business=owner.business)
    transfer_stock(by=owner, lines=_one(owner), from_id=None, to_id=back.pk, reason=WHY, at=NOW)


def _product(owner):
    return create_product(by=owner, values={"name": "Apple", "sku": "APPLE", "price": D(1)}, at=NOW)


@case("product created", after={"name": "Apple", "price": "1"})
def _(owner):
    _product(owner)


@case("product deleted", before={"name": "Apple", "price": "1"})
def _(owner):
    remove_product(product=_product(owner), by=owner, at=NOW)


@case("variants added", after={"variants": ["S", "M"]})
def _(owner):
    add_variants(parent=_product(owner), options={"Size": ["S", "M"]}, by=owner, at=NOW)


@case("location saved", before={"name": "Yard"}, after={"name": "Shed"})
def _(owner):
    location = LocationFactory(business=owner.business, name="Yard")
    location.name = "Shed"
    save_location(location=location, by=owner, at=NOW)


@case("category saved", before={"default_reorder_point": None}, after={"default_reorder_point": "5"})
def _(owner):
    category = CategoryFactory(business=owner.business)
    category.default_reorder_point = D(5)
    save_category(category=category, by=owner, at=NOW)


@case("import begun", after={"kind": "products", "rows": 1, "partial": True})
def _(owner):
    begin_commit(batch=check(owner, "products", csv_file(*PRODUCTS)), by=owner, at=NOW, partial=True)


@case("import cancelled", after={"kind": "products", "rows": 1})
def _(owner):
    cancel_import(batch=check(owner, "products", csv_file(*PRODUCTS)), by=owner, at=NOW)


@case("import done", after={"new": 1})
def _(owner):
    bring_in(owner, "products", csv_file(*PRODUCTS))


@case("sales imported", after={"receipts": 1, "first": "R1", "last": "R1", "total": "2.00"})
def _(owner):
    _stocked(owner)
    bring_in(owner, "sales", csv_file(*SALES))


@case("customer created", after={"name": "Ada"})
def _(owner):
    create_customer(by=owner, values={"name": "Ada"}, at=NOW)


@case("customer changed", before={"name": "Ada"}, after={"name": "Bea"})
def _(owner):
    update_customer(customer=CustomerFactory(business=owner.business, name="Ada"), by=owner, values={"name": "Bea"}, at=NOW)


@case("sold", after={"total": "5.00"})
def _(owner):
    sell(owner, {_stocked(owner): 1})


@case("refunded", after={"total": "-5.00"}, why=WHY)
def _(owner):
    sale = sell(owner, {_stocked(owner): 1})
    refund_sale(sale=sale, lines=[RefundLine(sale.lines.all()[0], D(1))], by=owner, reason=WHY, at=NOW)


@case("voided", after={"total": "5.00"}, why=WHY)
def _(owner):
    void_sale(sale=sell(owner, {_stocked(owner): 1}), by=owner, reason=WHY, at=NOW)


@pytest.mark.parametrize("action", CASES)
def test_the_trail_says_who_did_it_when_from_what_to_what_and_why(owner, action):
    do, before, after, why = CASES[action]

    do(owner)

    entry = AuditEntry.objects.for_business(owner.business).get(action=action)
    assert (entry.user, entry.at, entry.reason) == (owner.user, NOW, why)
    assert entry.subject
    assert holds(json.loads(entry.before or "{}"), before)
    assert holds(json.loads(entry.after or "{}"), after)


def test_who_accepts_an_invitation_is_on_record_themselves(owner, monkeypatch):
    monkeypatch.setattr(team.secrets, "token_urlsafe", lambda _: "token")
    ada = UserFactory(email="ada@shop.example")
    team.invite(email=ada.email, role="clerk", by=owner, at=NOW)

    team.accept_invitation(token="token", user=ada, at=NOW)

    entry = AuditEntry.objects.for_business(owner.business).get(action="joined")
    assert (entry.user, entry.at, json.loads(entry.after)) == (ada, NOW, {"role": "clerk"})


@pytest.mark.parametrize("save", [save_location, save_category])
def test_what_is_saved_as_it_was_leaves_no_trail(owner, save):
    things = {save_location: (LocationFactory, "location"), save_category: (CategoryFactory, "category")}
    factory, name = things[save]

    save(**{name: factory(business=owner.business)}, by=owner, at=NOW)

    assert not AuditEntry.objects.for_business(owner.business).filter(action=f"{name} saved").exists()


@pytest.mark.parametrize(
    ("save", "made", "said"),
    [(save_location, Location, {"name": "New", "is_active": True}), (save_category, Category, {"name": "New"})],
)
def test_what_is_new_is_on_record_as_it_is(owner, save, made, said):
    name = made._meta.model_name

    save(**{name: made(business=owner.business, name="New")}, by=owner, at=NOW)

    assert json.loads(AuditEntry.objects.get(action=f"{name} saved").after) == said


def holds(told: Any, wanted: Any) -> bool:
    """Everything that is wanted is told; more may be."""
    if isinstance(wanted, dict):
        return all(name in told and holds(told[name], value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return len(told) == len(wanted) and all(map(holds, told, wanted))
    return bool(told == wanted)
