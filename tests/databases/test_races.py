"""What two tills do at the same moment, in two real processes, on whatever database the tests run on (rules 2, 8, 9)."""

from collections import Counter
from decimal import Decimal

import pytest
from django.utils import timezone

from alerts.models import Alert, AlertKind
from common.models import IdempotentRequest
from inventory.models import CostCorrection, Location, MovementCost, Product, StockLevel, StockMovement
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.stock import StockLine, receive_stock
from inventory.shelves import ProductRef
from sales.models import NumberSeries, Sale
from sales.services.till import add_to_basket
from tests.factories import LocationFactory, StockedProductFactory, on_hand, sell

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]


def test_fifty_sales_at_once_against_ten_units_make_exactly_ten(race, member):
    product = StockedProductFactory(business=member.business, name="Enamel mug", on_hand=10)

    outcomes = race("sell", 25, product=product.pk)

    assert Counter(code for code, _ in outcomes) == {"done": 10, "insufficient_stock": 40}
    assert {message for code, message in outcomes if code != "done"} == {"Enamel mug: none left."}
    assert sorted(Sale.objects.values_list("number", flat=True)) == sorted(f"{_year()}-{n}" for n in range(1, 11))
    assert on_hand(product) == 0
    assert sum(StockMovement.objects.filter(product=product).values_list("quantity", flat=True)) == 0


def test_the_same_idempotency_key_from_two_processes_sells_once_and_answers_alike(race, member):
    product = StockedProductFactory(business=member.business, on_hand=50)

    outcomes = race("sell_once", 4, product=product.pk, key="till-1-basket-7")

    assert outcomes == [("done", Sale.objects.get().number)] * 8
    assert on_hand(product) == 49
    assert IdempotentRequest.objects.count() == 1


def test_a_basket_paid_by_two_clicks_at_once_is_sold_once(race, member):
    product = StockedProductFactory(business=member.business, on_hand=1)
    basket = add_to_basket(by=member, ref=ProductRef(product=product.pk), at=timezone.now())

    outcomes = race("pay", 4, key=basket.key)

    assert outcomes == [("done", Sale.objects.get().number)] * 8


def test_two_refunds_at_once_never_give_back_more_than_was_sold(race, member):
    product = StockedProductFactory(business=member.business, on_hand=50)
    line = sell(member, {product: 3}, at=timezone.now()).lines.get()

    outcomes = race("refund", 4, line=line.pk)

    codes = Counter(code for code, _ in outcomes)
    line.refresh_from_db()
    assert codes == {"done": 3, "more_than_remains": 5}
    assert line.refunded_quantity == 3
    assert sum(Sale.objects.values_list("total", flat=True)) == Decimal(0)
    assert on_hand(product) == 50


def test_what_two_places_take_at_once_is_seen_to_be_low(race, member):
    """On hand 4, reorder point 2: each place alone leaves 3, which is fine. Both leave 2, which one of them must see."""
    places = [Location.objects.get(business=member.business), LocationFactory(business=member.business)]
    products = StockedProductFactory.create_batch(12, business=member.business, on_hand=2, reorder_point=2)
    lines = [StockLine(ProductRef(product=product.pk), Decimal(2), unit_cost=Decimal(2)) for product in products]
    receive_stock(by=member, lines=lines, at=timezone.now(), location_id=places[1].pk)
    assert not Alert.objects.open().exists()

    outcomes = race("take_here", 12, products=[product.pk for product in products], places=[place.pk for place in places])

    assert outcomes == [("done", "")] * 24
    assert [on_hand(product) for product in products] == [2] * 12
    assert Product.objects.low().count() == 12
    assert Alert.objects.open().filter(kind=AlertKind.LOW_STOCK).count() == 12


@pytest.mark.parametrize("shelves", [1, 2])
def test_the_same_baskets_in_opposite_orders_never_block_each_other(race, member, shelves):
    products = StockedProductFactory.create_batch(8, business=member.business, on_hand=100)
    if shelves == 2:
        back = LocationFactory(business=member.business)
        StockLevel.objects.bulk_create([StockLevel(product=product, location=back) for product in products])

    outcomes = race("take_all", 20, products=[product.pk for product in products])

    assert Counter(outcomes) == {("done", ""): 40}
    assert {on_hand(product) for product in products} == {60}


@pytest.mark.parametrize("method", ["average", "fifo"])
@pytest.mark.parametrize("shelves", [1, 2])
def test_sold_and_received_at_once_the_costs_kept_are_those_that_the_ledger_comes_to(race, member, shelves, method):
    type(member.business).objects.update(valuation=method, allow_negative_stock=True)
    member.business.refresh_from_db()
    product = StockedProductFactory(business=member.business, on_hand=1)
    if shelves == 2:
        StockLevel.objects.create(product=product, location=LocationFactory(business=member.business))

    outcomes = race("receive_or_sell", 25, product=product.pk)

    assert {code for code, _ in outcomes} == {"done"}
    assert on_hand(product) == 1 + 2 * 25 - 25
    assert find_wrong_costs(business=member.business) == []
    rows = MovementCost.objects.filter(movement__kind="sold")
    corrections = CostCorrection.objects.filter(movement__in=rows)
    told = sum(rows.values_list("amount", flat=True)) + sum(corrections.values_list("amount", flat=True))
    assert sum(Sale.objects.values_list("cost", flat=True)) == pytest.approx(-told, abs=Decimal("0.25"))  # each rounded once


def test_numbers_taken_at_once_have_no_gap_and_no_twin(race, member):
    outcomes = race("take_number", 20)

    assert sorted(int(number) for _, number in outcomes) == list(range(1, 41))
    assert NumberSeries.objects.get(name="race").last == 40


def _year():
    return timezone.now().year
