"""Batches on the page of their product, and in the API; what is done about them in one click."""

from datetime import timedelta

import pytest

from inventory.models import Batch
from tests.factories import NOW, LocationFactory, MemberFactory, StockedProductFactory, on_hand
from tests.inventory.test_batches import LATE, SOON, TODAY, held, receive
from tests.people import api_of, client_of

pytestmark = pytest.mark.django_db
GONE = TODAY - timedelta(days=1)


def test_the_page_says_of_each_batch_how_it_stands(logged_in, member, milk):
    for day, code in ((GONE, "L1"), (SOON, ""), (LATE, "")):
        receive(member, milk, 5, day, code=code)

    page = logged_in.get(f"/products/{milk.pk}/").content.decode()

    for text in ("Batch L1", "Expired", "3 days left", "Fine", "3 Mar 2026"):
        assert text in page
    assert page.count("Write off") == 2


def test_another_product_shows_none_and_asks_nothing_more(logged_in, member, django_assert_num_queries):
    mug = StockedProductFactory(business=member.business)

    assert "batches" not in logged_in.get(f"/products/{mug.pk}/").content.decode()


def test_what_has_expired_is_written_off_in_one_click(logged_in, member, milk):
    receive(member, milk, 5, GONE)
    batch = Batch.objects.get()

    answer = logged_in.post(f"/batches/{batch.pk}/write-off/", follow=True)
    assert "written off as expired" in answer.content.decode()
    answer = logged_in.post(f"/batches/{batch.pk}/write-off/", follow=True)
    assert "Nothing is left" in answer.content.decode()

    assert on_hand(milk) == 0


def test_a_day_is_corrected_with_a_reason(logged_in, member, milk):
    receive(member, milk, 5, GONE)
    address = f"/batches/{Batch.objects.get().pk}/date/"

    assert logged_in.get(address).status_code == 200
    page = logged_in.post(address, {"expires_on": LATE.isoformat(), "reason": ""}).content.decode()
    assert "Say why the day is another." in page
    logged_in.post(address, {"expires_on": LATE.isoformat(), "reason": "Misread"})

    assert held(milk) == {LATE: 5}


def test_what_has_no_date_is_given_one(logged_in, member):
    eggs = StockedProductFactory(business=member.business, on_hand=6)
    type(eggs).objects.update(tracks_batches=True)
    address, place = f"/products/{eggs.pk}/batches/", eggs.levels.get().location_id
    assert "6 have no date" in logged_in.get(f"/products/{eggs.pk}/").content.decode()

    page = logged_in.post(address, {"quantity": "4", "location": place})
    assert page.context["form"].errors.keys() == {"expires_on"}
    page = logged_in.post(address, {"quantity": "7", "location": place, "expires_on": SOON.isoformat()})
    assert page.context["form"].errors
    logged_in.post(address, {"quantity": "4", "location": place, "expires_on": SOON.isoformat()})

    assert held(eggs) == {SOON: 4}


def test_a_clerk_writes_nothing_off(member, milk):
    receive(member, milk, 5, GONE)
    clerk = client_of(MemberFactory(business=member.business, role="clerk"))

    assert clerk.post(f"/batches/{Batch.objects.get().pk}/write-off/").status_code == 403
    assert "Write off" not in clerk.get(f"/products/{milk.pk}/").content.decode()


def test_the_api_lists_what_expires(member, milk):
    receive(member, milk, 5, SOON, code="L1")
    receive(member, milk, 2, LATE)
    api = api_of(member)

    rows = api.get(f"/api/v1/batches/?product={milk.pk}").json()["results"]
    assert [(row["batch_code"], row["expires_on"], row["on_hand"]) for row in rows] == [
        ("L1", SOON.isoformat(), "5"), ("", LATE.isoformat(), "2"),
    ]  # fmt: skip
    until = (NOW + timedelta(days=10)).date().isoformat()
    assert len(api.get(f"/api/v1/batches/?expires_until={until}&in_stock=true").json()["results"]) == 1


def test_the_stock_list_shows_what_expires_soon_where_it_lies(logged_in, member, milk):
    back = LocationFactory(business=member.business, name="Cellar")
    cheese = StockedProductFactory(business=member.business, name="Cheese", on_hand=0, tracks_batches=True, warn_days=30)
    receive(member, milk, 5, TODAY + timedelta(days=15))
    receive(member, milk, 5, TODAY + timedelta(days=14), location_id=back.pk)
    receive(member, cheese, 5, TODAY + timedelta(days=30))
    StockedProductFactory(business=member.business, name="Mug")

    page = logged_in.get("/stock/?stock=expiring").context["page"]

    assert [(level.product.name, level.location.name) for level in page.items] == [
        ("Cheese", cheese.levels.get().location.name),
        ("Milk", "Cellar"),
    ]
