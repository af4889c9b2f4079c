"""What stock is and was worth: as of a day, by place, on the page of a product, in programs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from accounts.permissions import Role
from accounts.services.businesses import update_business
from inventory import tasks
from inventory.models import MovementCost, StockLevel
from inventory.queries.valuation import get_product_value, get_shares, get_stock_value, get_valuation
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.stock import StockLine, receive_stock, transfer_stock
from inventory.shelves import ProductRef
from sales.models import Sale
from tests.factories import NOW, LocationFactory, MemberFactory, ProductFactory, StockedProductFactory, sell
from tests.people import api_of

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = NOW.date()


def receive(member, product, quantity, cost, *, at=NOW, **options):
    lines = [StockLine(ProductRef(product=product.pk), D(quantity), unit_cost=D(cost))]
    receive_stock(by=member, lines=lines, at=NOW, occurred_at=at, **options)


@pytest.fixture
def owner():
    return MemberFactory(role=Role.OWNER)


@pytest.fixture
def tea(owner):
    """Eight at 10 the day before yesterday, four at 16 yesterday, ten sold today."""
    product = ProductFactory(business=owner.business, name="Tea", sku="TEA")
    receive(owner, product, 8, 10, at=NOW - timedelta(days=2))
    receive(owner, product, 4, 16, at=NOW - timedelta(days=1))
    sell(owner, {product: 10})
    return product


@pytest.mark.parametrize(("days", "total", "quantity"), [(3, 0, None), (2, 80, 8), (1, 144, 12), (0, 24, 2)])
def test_is_told_as_of_the_end_of_any_day(owner, tea, days, total, quantity):
    found = get_valuation(business=owner.business, as_of=TODAY - timedelta(days=days))

    assert found.total == total
    assert [worth.quantity for worth in found.products] == ([quantity] if quantity else [])


def test_a_day_ends_at_the_business_s_own_midnight(owner):
    Business.objects.filter(pk=owner.business.pk).update(timezone="America/New_York")
    owner.business.refresh_from_db()
    product = ProductFactory(business=owner.business)
    receive(owner, product, 1, 5, at=NOW.replace(hour=4))  # still yesterday there

    assert get_valuation(business=owner.business, as_of=TODAY - timedelta(days=1)).total == 5


@pytest.mark.parametrize("count", [1, 20])
def test_costs_one_query_however_many_products(owner, count, django_assert_num_queries):
    StockedProductFactory.create_batch(count, business=owner.business)

    with django_assert_num_queries(1):
        found = get_valuation(business=owner.business, as_of=TODAY)

    assert (len(found.products), found.total) == (count, 20 * count)


def test_another_shop_s_stock_is_not_counted(owner, tea):
    StockedProductFactory()

    assert get_stock_value(business=owner.business) == 24
    assert [worth.product for worth in get_valuation(business=owner.business, as_of=TODAY).products] == [tea]


@pytest.mark.parametrize(("method", "value"), [("average", 24), ("fifo", 32)])
def test_a_place_has_its_share_and_the_shares_add_up(owner, tea, method, value):
    if method == "fifo":
        update_business(business=owner.business, by=owner, values={"valuation": method}, at=NOW)
    back = LocationFactory(business=owner.business)
    lines = [StockLine(ProductRef(product=tea.pk), D(1))]
    transfer_stock(by=owner, lines=lines, from_id=None, to_id=back.pk, at=NOW)

    tea.refresh_from_db()

    assert get_stock_value(business=owner.business, location=back.pk) == value / 2
    shares = get_shares(StockLevel.objects.select_related("product"), owner.business)
    assert sum(shares.values()) == get_stock_value(business=owner.business) == value
    assert get_product_value(product=tea, on_hand=D(2)) == value


def test_another_method_counts_from_the_first_movement_on(owner, tea):
    update_business(business=owner.business, by=owner, values={"valuation": "fifo"}, at=NOW)

    assert get_stock_value(business=owner.business) == 32
    assert Sale.objects.get().cost == 112
    assert find_wrong_costs(business=owner.business) == []


def test_a_large_shop_is_costed_anew_behind_the_scenes(owner, tea, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    asked = []
    monkeypatch.setattr(tasks.recost_shop, "delay", lambda **given: asked.append(given))

    with django_capture_on_commit_callbacks(execute=True):
        update_business(business=owner.business, by=owner, values={"valuation": "fifo"}, at=NOW)
    assert get_stock_value(business=owner.business) == 24
    tasks.recost_shop(**asked[0])

    assert asked == [{"business_id": owner.business.pk}]
    assert get_stock_value(business=owner.business) == 32


def test_a_setting_that_costs_nothing_recosts_nothing(owner, tea):
    MovementCost.objects.update(value_after=1)

    update_business(business=owner.business, by=owner, values={"hide_costs": True}, at=NOW)

    assert set(MovementCost.objects.values_list("value_after", flat=True)) == {1}


def test_programs_ask_for_it(owner, tea):
    answer = api_of(owner).get("/api/v1/valuation/", {"as_of": str(TODAY - timedelta(days=1))}).json()

    assert answer == {
        "as_of": "2026-03-03",
        "method": "average",
        "total": "144.00",
        "products": [{"product": tea.pk, "sku": "TEA", "name": "Tea", "quantity": "12", "unit_cost": "12.00", "value": "144.00"}],
    }
    assert api_of(owner).get("/api/v1/valuation/").json()["total"] == "24.00"


def test_who_may_not_see_costs_sees_quantities_only(owner, tea):
    Business.objects.filter(pk=owner.business.pk).update(hide_costs=True)
    viewer = MemberFactory(business=owner.business, role=Role.VIEWER)

    answer = api_of(viewer).get("/api/v1/valuation/").json()

    assert (answer["total"], answer["products"][0]["value"], answer["products"][0]["quantity"]) == (None, None, "2")


@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", "0000-00-00", "\u0661", "99999-01-01"])
def test_says_what_is_wrong_with_a_day(owner, as_of):
    answer = api_of(owner).get("/api/v1/valuation/", {"as_of": as_of})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "as_of"


def test_the_far_ends_of_the_calendar_are_days_too(owner, tea):
    assert get_valuation(business=owner.business, as_of=date.min).total == 0
    assert get_valuation(business=owner.business, as_of=date.max).total == 24
