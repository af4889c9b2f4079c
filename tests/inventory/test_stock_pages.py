"""Levels by location and the ledger: filtered, paged, and worth what they cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from inventory.models import StockLevel, StockMovement
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, CategoryFactory, LocationFactory, MemberFactory, ProductFactory, StockedProductFactory, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db


def rows(response) -> list:
    return response.context["page"].items


def line(product, quantity) -> list[StockLine]:
    return [StockLine(ProductRef(product=product.pk), Decimal(quantity))]


def test_levels_are_found_by_text_place_and_state(logged_in, member):
    stall = LocationFactory(business=member.business, name="Stall")
    tea, jam = StockedProductFactory(business=member.business, name="Tea"), ProductFactory(business=member.business, name="Jam")
    receive_stock(by=member, lines=line(tea, 1), location_id=stall.pk, at=NOW)
    StockLevel.objects.filter(product=jam).update(on_hand=-1)

    assert [level.name for level in rows(logged_in.get("/stock/"))] == ["Jam", "Tea", "Tea"]
    assert [level.on_hand for level in rows(logged_in.get("/stock/", {"location": stall.pk}))] == [1]
    assert len(rows(logged_in.get("/stock/", {"q": "te"}))) == 2
    assert [level.name for level in rows(logged_in.get("/stock/", {"stock": "negative"}))] == ["Jam"]
    assert [level.name for level in rows(logged_in.get("/stock/", {"stock": "ok"}))] == ["Jam", "Tea", "Tea"]


def test_stock_is_worth_its_cost_in_all_or_in_one_place(logged_in, member):
    stall = LocationFactory(business=member.business, name="Stall")
    tea = StockedProductFactory(business=member.business, on_hand=3, on_hand__at="1.333333")
    receive_stock(by=member, lines=line(tea, 1), location_id=stall.pk, at=NOW)

    assert logged_in.get("/stock/").context["value"] == Decimal("5.33")
    assert logged_in.get("/stock/", {"location": stall.pk}).context["value"] == Decimal("1.33")


def test_what_stock_is_worth_is_hidden_from_who_may_not_see_costs(viewer):
    Business.objects.filter(pk=viewer.business_id).update(hide_costs=True)
    StockedProductFactory(business=viewer.business, on_hand=3, on_hand__at="1.23")

    page = client_of(viewer).get("/stock/").content.decode()

    assert "3.69" not in page
    assert "Worth" not in page


@pytest.mark.parametrize("count", [1, 20])
def test_levels_and_movements_cost_the_same_at_any_length(logged_in, member, django_assert_max_num_queries, count):
    StockedProductFactory.create_batch(count, business=member.business)
    logged_in.get("/stock/")

    with django_assert_max_num_queries(4):
        assert len(rows(logged_in.get("/stock/"))) == count
    with django_assert_max_num_queries(3):
        assert len(rows(logged_in.get("/stock/movements/"))) == count


def test_movements_are_found_by_product_kind_and_place(logged_in, member):
    tea, jam = (
        StockedProductFactory(business=member.business, name="Tea"),
        StockedProductFactory(business=member.business, name="Jam"),
    )
    sell(member, {tea: 1})
    take_stock(by=member, lines=line(jam, 2), reason="Broken", at=NOW)
    place = jam.levels.get().location

    assert [m.product.name for m in rows(logged_in.get("/stock/movements/", {"product": tea.pk}))] == ["Tea", "Tea"]
    assert [m.quantity for m in rows(logged_in.get("/stock/movements/", {"kind": "sold"}))] == [-1]
    assert [m.quantity for m in rows(logged_in.get("/stock/movements/", {"q": "jam"}))] == [-2, 10]
    assert len(rows(logged_in.get("/stock/movements/", {"location": place.pk}))) == 4


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("Pacific/Auckland", datetime(2026, 3, 2, 11, tzinfo=UTC), datetime(2026, 3, 2, 10, 59, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 4, 8, tzinfo=UTC)),
    ],
)
def test_dates_are_the_shops_own_days(logged_in, member, owner, name, inside, outside):
    Business.objects.filter(pk=member.business_id).update(timezone=name)
    owner.business.timezone = name
    tea = StockedProductFactory(business=owner.business)
    for quantity, moment in ((1, inside), (2, outside)):
        receive_stock(by=owner, lines=line(tea, quantity), occurred_at=moment, at=NOW)

    found = rows(logged_in.get("/stock/movements/", {"first": "2026-03-03", "last": "2026-03-03"}))

    assert [movement.quantity for movement in found if movement.quantity < 10] == [1]


@pytest.mark.parametrize(
    "bad", [{"first": "soon"}, {"kind": "x"}, {"location": "x"}, {"product": "x"}, {"product": "9" * 30}, {"q": "x" * 300}]
)
def test_a_filter_that_makes_no_sense_is_no_error(logged_in, bad):
    assert logged_in.get("/stock/movements/", bad).status_code == 200
    assert logged_in.get("/stock/", bad).status_code == 200


def test_another_shops_stock_stays_out(logged_in, member):
    theirs = StockedProductFactory(business=MemberFactory().business, name="Their jam")
    StockedProductFactory(business=member.business)

    assert "Their jam" not in logged_in.get("/stock/", {"location": theirs.levels.get().location_id}).content.decode()
    assert "Their jam" not in logged_in.get("/stock/movements/").content.decode()
    assert logged_in.get("/stock/movements/", {"product": theirs.pk}).status_code == 404


def test_pages_of_the_ledger_miss_and_repeat_nothing(logged_in, member):
    tea = StockedProductFactory(business=member.business)
    for n in range(70):
        adjust_stock(by=member, lines=line(tea, 1), reason="Found", at=NOW + timedelta(seconds=n % 3))

    seen: list[int] = []
    address = "/stock/movements/"
    while address:
        page = logged_in.get(address).context["page"]
        seen += [movement.pk for movement in page.items]
        address = f"/stock/movements/{page.next_url}" if page.next_url else ""

    assert sorted(seen) == sorted(StockMovement.objects.values_list("pk", flat=True))
    assert len(seen) == len(set(seen)) == 71


def test_an_empty_shop_is_shown_where_to_begin(logged_in):
    assert "Nothing to count yet" in logged_in.get("/stock/").content.decode()
    assert "Nothing has moved yet" in logged_in.get("/stock/movements/").content.decode()
    assert "Nothing matches" in logged_in.get("/stock/", {"q": "x"}).content.decode()
    assert "Nothing moved like that" in logged_in.get("/stock/movements/", {"q": "x"}).content.decode()


@pytest.mark.parametrize("query", ["reason=%00", f"category={10**30}", "category=x", "way=up", "has_reason=maybe", "kind=none"])
def test_movements_narrowed_by_what_makes_no_sense_are_all_of_them(logged_in, member, query):
    StockedProductFactory(business=member.business)

    assert len(logged_in.get(f"/stock/movements/?{query}").context["page"].items) == 1


def test_movements_of_another_shop_s_category_are_none(logged_in, member):
    StockedProductFactory(business=member.business)
    other = StockedProductFactory(category=CategoryFactory())

    assert logged_in.get(f"/stock/movements/?category={other.category_id}").context["page"].items == []
