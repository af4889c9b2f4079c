"""Between what there was and what there is lies what flowed: in units and in money, by product, by place, by day."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import Role
from inventory.models import StockMovement
from inventory.queries.flows import get_flows, get_flows_by_day, get_flows_by_place, get_lost_and_found
from inventory.queries.idle import get_known, get_paces
from inventory.queries.worth import NOTHING, get_held, get_on_shelves, get_values_over_time
from inventory.services.stock import take_stock
from tests.factories import NOW, LocationFactory, MemberFactory, ProductFactory, sell
from tests.factories.shelves import line, receive

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return MemberFactory(role=Role.OWNER)


@pytest.fixture
def tea(owner):
    """Ten at 2 ten days ago, four sold a week ago, one broken three days ago, five at 3 yesterday."""
    product = ProductFactory(business=owner.business, price=D(5))
    receive(owner, product, 10, 2, days=10)
    sell(owner, {product: 4}, at=NOW - 7 * DAY)
    take_stock(by=owner, lines=line(product, 1), reason="Broken", at=NOW, occurred_at=NOW - 3 * DAY)
    receive(owner, product, 5, 3, days=1)
    return product


def days_of(owner, first, last):
    return owner.business.days(TODAY - first * DAY, TODAY - last * DAY)


@pytest.mark.parametrize(("first", "last"), [(30, 0), (7, 3), (6, 4), (3, 1), (0, 0)])
def test_what_flowed_lies_between_two_valuations(owner, tea, first, last):
    days = days_of(owner, first, last)

    before, after = (get_held(business=owner.business, before=at).get(tea.pk, NOTHING) for at in (days.since, days.until))
    flows = get_flows(business=owner.business, days=days).values()

    assert before.quantity + sum(flow.net for flow in flows) == after.quantity
    assert before.value + sum(flow.value + flow.revalued for flow in flows) == after.value


def test_each_kind_and_day_for_itself(owner, tea):
    days = days_of(owner, 30, 0)

    kinds = {kind: (flow.net, flow.value) for (_, kind), flow in get_flows(business=owner.business, days=days).items()}
    by_day = {on: (flow.came, flow.went) for on, flow in get_flows_by_day(business=owner.business, days=days).items()}

    assert kinds == {"received": (15, 35), "sold": (-4, -8), "taken": (-1, -2)}
    assert by_day[TODAY - 7 * DAY] == (0, -4)
    assert list(get_lost_and_found(business=owner.business, days=days, by="reason")) == [("Broken", "taken")]
    assert sum(flow.net for flow in get_flows_by_place(business=owner.business, days=days).values()) == 10


def test_what_lay_where_is_what_the_ledger_says(owner, tea):
    store = LocationFactory(business=owner.business)
    receive(owner, tea, 2, 2)

    for ago in range(12):
        at = owner.business.days(TODAY - ago * DAY, TODAY).since
        sums = defaultdict(Decimal)
        for move in StockMovement.objects.filter(occurred_at__lt=at):
            sums[move.product_id, move.location_id] += move.quantity
        assert get_on_shelves(business=owner.business, before=at) == {shelf: held for shelf, held in sums.items() if held}
    assert store.pk not in {place for _, place in sums}


def test_value_over_time_is_that_of_each_day(owner, tea):
    days = [TODAY - ago * DAY for ago in (20, 10, 7, 3, 1, 0)]
    ends = [get_held(business=owner.business, before=owner.business.days(day, day).until) for day in days]

    values = get_values_over_time(business=owner.business, days=days, now=ends[-1])

    assert values == [held.get(tea.pk, NOTHING).value for held in ends] == [0, 20, 12, 10, 25, 25]


def test_how_fast_it_sells_and_since_when_it_is_there(owner, tea):
    assert get_paces(business=owner.business, day=TODAY, new_days=5)[tea.pk].sold == (4, 4, 4)
    assert get_paces(business=owner.business, day=TODAY, new_days=5)[tea.pk].came == 5
    assert get_paces(business=owner.business, day=TODAY, new_days=11)[tea.pk].came == 15
    assert get_paces(business=owner.business, day=TODAY - 8 * DAY, new_days=5)[tea.pk].sold == (0, 0, 0)
    known = get_known(business=owner.business, day=TODAY)[tea.pk]
    assert (known.last_sold, known.first_moved) == (TODAY - 7 * DAY, TODAY - 10 * DAY)
    assert get_known(business=owner.business, day=TODAY - 8 * DAY)[tea.pk].last_sold is None


def test_another_shop_s_stock_flows_nowhere_here(owner, tea):
    other = MemberFactory(role=Role.OWNER).business
    days = days_of(owner, 30, 0)

    assert get_flows(business=other, days=days) == get_flows_by_place(business=other, days=days) == {}
    assert get_held(business=other, before=NOW) == get_on_shelves(business=other, before=NOW) == {}
    assert get_paces(business=other, day=TODAY, new_days=5) == get_known(business=other, day=TODAY) == {}
