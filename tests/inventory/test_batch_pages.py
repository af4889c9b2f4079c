"""Receiving what expires: by the form, by an order, by the API. Other products are asked nothing more."""

from decimal import Decimal

import pytest

from inventory.models import Batch, Location
from inventory.services.catalogue import update_product
from purchasing.models import ReceiptLine
from purchasing.services.receive import Came, receive_order
from purchasing.services.send_back import Back, send_back
from tests.factories import NOW, ProductFactory, StockedProductFactory, on_hand
from tests.factories.purchasing import sent
from tests.inventory.test_batches import LATER, SOON, BatchRef, held, receive
from tests.people import api_of

pytestmark = pytest.mark.django_db
D = Decimal


def receipt(product, **line):
    """What the form sends for one line."""
    place = Location.objects.get(business=product.business)
    lines = {"product": product.pk, "quantity": "5", "unit": "each", **line}
    return {
        "save": "1", "key": "k1", "location": place.pk, "line-TOTAL_FORMS": "1", "line-INITIAL_FORMS": "0",
        **{f"line-0-{name}": value for name, value in lines.items()},
    }  # fmt: skip


def test_the_form_asks_when_it_expires_and_says_so_at_the_field(logged_in, milk):
    page = logged_in.post("/stock/receive/", receipt(milk))
    assert "Milk: say when it expires." in page.content.decode()
    assert page.context["lines"].forms[0].errors.keys() == {"expires_on"}

    page = logged_in.post("/stock/receive/", receipt(milk, expires_on="tomorrow", batch_code="L1"))
    assert "Enter a date, for example 2026-12-24." in page.content.decode()
    assert 'value="L1"' in page.content.decode()

    logged_in.post("/stock/receive/", receipt(milk, expires_on=SOON.isoformat(), batch_code="L1"))
    assert (held(milk), Batch.objects.get().code) == ({SOON: 5}, "L1")


@pytest.mark.parametrize("code", ["L\x001", "x" * 65])
def test_a_code_that_cannot_be_kept_is_refused_at_the_field(logged_in, milk, code):
    page = logged_in.post("/stock/receive/", receipt(milk, expires_on=SOON.isoformat(), batch_code=code))

    assert page.context["lines"].forms[0].errors.keys() == {"batch_code"}
    assert on_hand(milk) == 0


def test_another_product_is_asked_nothing(logged_in, member):
    mug = StockedProductFactory(business=member.business, on_hand=0)

    page = logged_in.get(f"/stock/receive/?sku={mug.sku}")
    assert "expires_on" not in page.content.decode()
    logged_in.post("/stock/receive/", receipt(mug))

    assert on_hand(mug) == 5


def test_scanned_again_once_its_batch_is_named_it_is_a_line_of_its_own(logged_in, milk):
    given = {name: value for name, value in receipt(milk, expires_on=SOON.isoformat()).items() if name != "save"}

    page = logged_in.post("/stock/receive/", given | {"add": "1", "scan": milk.sku})

    assert [form["quantity"].value() for form in page.context["lines"].forms] == ["5", "1"]


def test_goods_of_an_order_say_when_they_expire(logged_in, member, milk):
    bought = sent(member, (milk, 10))
    line = bought.lines.get()
    bought.refresh_from_db()
    given = {"save": "1", "key": "k", "version": bought.version, "location": bought.location_id, f"line-{line.pk}": "4"}

    page = logged_in.post(f"/orders/{bought.pk}/receive/", given)
    assert page.context["form"].errors.keys() == {f"expires_on-{line.pk}"}

    logged_in.post(f"/orders/{bought.pk}/receive/", given | {f"expires_on-{line.pk}": SOON.isoformat()})
    assert held(milk) == {SOON: 4}


def test_two_batches_of_one_line_come_together_and_one_goes_back(member, milk):
    bought = sent(member, (milk, 10))
    line = bought.lines.get()
    batches = ((4, BatchRef(expires_on=LATER)), (6, BatchRef("L1", SOON)))
    parts = [Came(line.pk, D(quantity), "each", batch=batch) for quantity, batch in batches]
    came = receive_order(order=bought, by=member, lines=parts, at=NOW)
    line.refresh_from_db()
    assert (line.received, milk.levels.get().incoming) == (10, 0)

    of_later = ReceiptLine.objects.get(receipt=came, batch__expires_on=LATER)
    send_back(receipt=came, by=member, lines=[Back(of_later.pk, D(3))], reason="Damaged", at=NOW)

    assert held(milk) == {LATER: 1, SOON: 6}


def test_the_api_receives_and_takes_by_batch(member, milk):
    api = api_of(member)
    line = {"sku": milk.sku, "quantity": "5"}

    refused = api.post("/api/v1/stock/receive/", {"lines": [line]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "lines[0].expires_on")

    for day, code in ((SOON, ""), (LATER, "L2")):
        answer = api.post("/api/v1/stock/receive/", {"lines": [line | {"expires_on": day.isoformat(), "batch_code": code}]})
        assert answer.status_code == 201
    api.post("/api/v1/stock/take/", {"lines": [{"sku": milk.sku, "quantity": "2", "batch_code": "L2"}], "reason": "Broken"})

    assert held(milk) == {SOON: 5, LATER: 3}


def test_the_switch_is_on_the_product_form_and_in_the_api(logged_in, member):
    eggs = ProductFactory(business=member.business, name="Eggs")

    api_of(member).patch(f"/api/v1/products/{eggs.pk}/", {"tracks_batches": True, "warn_days": 5})
    eggs.refresh_from_db()
    assert (eggs.tracks_batches, eggs.warn_days) == (True, 5)

    page = logged_in.get(f"/products/{eggs.pk}/edit/").content.decode()
    assert "It expires" in page
    update_product(product=eggs, by=member, values={"tracks_batches": False}, at=NOW)
    receive_refused = api_of(member).post(
        "/api/v1/stock/receive/", {"lines": [{"product": eggs.pk, "quantity": "1", "expires_on": SOON.isoformat()}]}
    )
    assert "Eggs has no batches" in receive_refused.json()["errors"][0]["message"]


def test_what_is_scanned_at_the_till_is_sold_as_before(member, milk):
    receive(member, milk, 5, SOON)

    answer = api_of(member).post("/api/v1/sales/", {"lines": [{"sku": milk.sku, "quantity": "2"}]})

    assert (answer.status_code, held(milk)) == (201, {SOON: 3})
