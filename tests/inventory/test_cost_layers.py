"""The page of a product says what its cost is made of, to those who may see costs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Business
from inventory.queries.cost_layers import SHOWN, get_costing
from inventory.services.landed import add_landed_cost
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from tests.factories import NOW, ProductFactory, sell
from tests.people import client_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def tea(member):
    return ProductFactory(business=member.business, name="Tea", price=9)


def receive(member, product, quantity, cost, *, days=0):
    line = StockLine(ProductRef(product=product.pk), D(quantity), unit_cost=D(cost))
    return receive_stock(by=member, lines=[line], at=NOW, occurred_at=NOW - timedelta(days=days))


def by(member, method):
    Business.objects.filter(pk=member.business.pk).update(valuation=method)
    member.business.valuation = method


def test_under_fifo_what_is_left_of_each_layer_adds_up_to_the_value(member, tea):
    by(member, "fifo")
    receive(member, tea, 10, 2, days=3)
    freighted = receive(member, tea, 10, 4, days=2)
    receive(member, tea, 5, 3, days=1)
    add_landed_cost(by=member, movements=freighted, amount=D(5), at=NOW, reason="Freight")
    sell(member, {tea: 12})

    costing = get_costing(tea)

    assert [(part.quantity, part.unit_cost, part.value, part.landed) for part in costing.parts] == [
        (8, D("4.5"), 36, 5),
        (5, 3, 15, 0),
    ]
    assert (costing.quantity, costing.value, costing.more) == (13, 51, 0)


def test_by_average_what_came_and_the_average_after_it(member, tea):
    receive(member, tea, 10, 2, days=3)
    receive(member, tea, 10, 4, days=2)
    sell(member, {tea: 12})

    costing = get_costing(tea)

    assert [(part.quantity, part.unit_cost, part.average) for part in costing.parts] == [(10, 4, 3), (10, 2, 2)]
    assert (costing.unit_cost, costing.value) == (3, 24)


def test_below_zero_there_are_no_layers(logged_in, member, tea):
    by(member, "fifo")
    member.business.allow_negative_stock = True
    receive(member, tea, 1, 2)
    sell(member, {tea: 3})

    assert get_costing(tea).parts == []
    assert "The next receipt corrects it" in logged_in.get(f"/products/{tea.pk}/").text


def test_layers_beyond_those_shown_are_counted(member, tea):
    by(member, "fifo")
    for _ in range(SHOWN + 2):
        receive(member, tea, 3, 2)

    costing = get_costing(tea)

    assert (len(costing.parts), costing.more) == (SHOWN, 6)


@pytest.mark.parametrize("method", ["average", "fifo"])
@pytest.mark.parametrize("count", [1, 20])
def test_it_costs_three_queries_however_much_came(member, tea, django_assert_num_queries, count, method):
    by(member, method)
    for _ in range(count):
        receive(member, tea, 3, 2)

    with django_assert_num_queries(3):
        get_costing(tea)


@pytest.mark.parametrize(("method", "title"), [("average", "Average cost"), ("fifo", "Cost layers")])
def test_the_page_shows_it_to_who_may_see_costs(logged_in, member, viewer, tea, method, title):
    by(member, method)
    receive(member, tea, 10, "2.50")
    assert f">{title}</h2>" in logged_in.get(f"/products/{tea.pk}/").text
    Business.objects.filter(pk=member.business.pk).update(hide_costs=True)

    page = client_of(viewer).get(f"/products/{tea.pk}/").text

    assert f">{title}</h2>" not in page
    assert "2.50" not in page


def test_what_never_moved_has_no_costs(logged_in, tea):
    assert get_costing(tea) is None
    assert "h-costs" not in logged_in.get(f"/products/{tea.pk}/").text
