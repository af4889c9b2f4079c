"""Rule 3: what is entered for an earlier moment. Costs follow, counts stay, and no later balance turns negative."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Business, Member
from accounts.permissions import NotAllowed, Role
from inventory.models import MovementCost, MovementKind, StockLevel, StockMovement, Stocktake, StocktakeLine
from inventory.services.back_dating import NegativeLater
from inventory.services.closed import BooksClosed
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.levels import InsufficientStock
from inventory.services.proof import find_differences
from inventory.services.stock import StockLine, adjust_stock, receive_stock, take_stock, transfer_stock
from inventory.services.stocktake import Counted, CountTooSmall, add_counts, approve_stocktake, cancel_stocktake, start_stocktake
from inventory.shelves import ProductRef
from sales.models import Sale
from tests.factories import NOW, LocationFactory, ProductFactory, on_hand, sell

pytestmark = pytest.mark.django_db
D = Decimal


def day(number: int):
    return NOW + timedelta(days=number)


@pytest.fixture
def tea(member):
    return ProductFactory(business=member.business, name="Tea")


def line(product, quantity, **options):
    return StockLine(ProductRef(product=product.pk), D(quantity), **options)


def receive(member, product, quantity, *, on, cost=1):
    lines = [line(product, quantity, unit_cost=D(cost))]
    (movement,) = receive_stock(by=member, lines=lines, at=NOW, occurred_at=day(on))
    return movement


def take(member, product, quantity, *, on):
    (movement,) = take_stock(by=member, lines=[line(product, quantity)], reason="Broken", at=NOW, occurred_at=day(on))
    return movement


def count(member, product, quantity, *, on):
    stocktake = start_stocktake(by=member, at=day(on))
    add_counts(stocktake=stocktake, by=member, counts=[Counted(ProductRef(product=product.pk), D(quantity))], at=day(on))
    try:
        with transaction.atomic():
            approve_stocktake(stocktake=stocktake, by=member, at=NOW)
    except CountTooSmall:
        cancel_stocktake(stocktake=Stocktake.objects.get(pk=stocktake.pk), by=member, at=NOW)
        raise


def balance(product, *, on) -> Decimal:
    quantities = StockMovement.objects.filter(product=product, occurred_at__lte=day(on)).values_list("quantity", flat=True)
    return sum(quantities, D(0))


def test_c1_each_count_stays_what_was_counted_whatever_is_entered_before_it(member, tea):
    for on, quantity in ((-3, 10), (-2, 1), (0, 1)):
        receive(member, tea, quantity, on=on)
    assert on_hand(tea) == 12

    count(member, tea, 6, on=-1)
    assert (balance(tea, on=-1), balance(tea, on=0)) == (6, 7)

    count(member, tea, 8, on=-4)
    assert [balance(tea, on=on) for on in (-4, -3, -2, -1, 0)] == [8, 18, 19, 6, 7]

    receive(member, tea, 10, on=-5)
    assert [balance(tea, on=on) for on in (-5, -4, -1, 0)] == [10, 8, 6, 7]
    assert on_hand(tea) == 7
    assert find_differences(business=member.business) == []
    assert find_wrong_costs(business=member.business) == []


def test_c2_a_count_after_which_more_was_taken_than_it_leaves_is_refused(member, tea):
    receive(member, tea, 10, on=-2)
    take(member, tea, 2, on=0)

    with pytest.raises(CountTooSmall):
        count(member, tea, 1, on=-1)


def test_nothing_is_taken_from_a_past_that_would_turn_negative_later(member, tea):
    receive(member, tea, 5, on=-5)
    take(member, tea, 4, on=-3)
    receive(member, tea, 10, on=-1)

    with pytest.raises(NegativeLater, match="Tea: on 1 March 2026 there would have been -1 at Shop floor"):
        take(member, tea, 2, on=-4)

    take(member, tea, 1, on=-4)
    assert on_hand(tea) == 10


def test_what_was_not_there_then_is_not_sold_unless_stock_may_be_negative(member, tea):
    receive(member, tea, 5, on=-6)
    take(member, tea, 5, on=-5)
    receive(member, tea, 5, on=-1)
    with pytest.raises(InsufficientStock, match="there would have been -1 at Shop floor"):
        sell(member, {tea: 1}, sold_at=day(-2))
    member.business.allow_negative_stock = True

    sell(member, {tea: 1}, sold_at=day(-2))

    assert on_hand(tea) == 4


@pytest.mark.parametrize("act", ["take", "sell", "move", "adjust"])
def test_nothing_is_taken_before_anything_came(member, tea, act):
    receive(member, tea, 5, on=-1, cost=3)
    back = LocationFactory(business=member.business)
    ways = {
        "take": lambda: take(member, tea, 1, on=-2),
        "sell": lambda: sell(member, {tea: 1}, sold_at=day(-2)),
        "move": lambda: transfer_stock(by=member, lines=[line(tea, 1)], from_id=None, to_id=back.pk, at=NOW, occurred_at=day(-2)),
        "adjust": lambda: adjust_stock(by=member, lines=[line(tea, -1)], reason="Lost", at=NOW, occurred_at=day(-2)),
    }

    with pytest.raises(NegativeLater, match="Tea: on 2 March 2026 there would have been -1 at Shop floor"):
        ways[act]()

    assert on_hand(tea) == 5


def test_what_is_promised_to_somebody_is_not_taken_from_the_past(member, tea):
    receive(member, tea, 5, on=-3)
    StockLevel.objects.filter(product=tea).update(committed=4)

    with pytest.raises(InsufficientStock, match="only 1 left, 4 set aside"):
        take(member, tea, 2, on=-2)


def test_a_count_covers_what_is_taken_before_it(member, tea):
    receive(member, tea, 5, on=-5)
    count(member, tea, 3, on=-3)
    take(member, tea, 3, on=-1)

    take(member, tea, 4, on=-4)

    assert [balance(tea, on=on) for on in (-4, -3, -1)] == [1, 3, 0]
    offset = StockMovement.objects.order_by("-pk")[0]
    assert (offset.kind, offset.quantity, offset.occurred_at) == (MovementKind.COUNTED, 4, day(-3))


def test_a_count_that_changed_nothing_stays_too(member, tea):
    receive(member, tea, 5, on=-5)
    count(member, tea, 5, on=-1)

    receive(member, tea, 2, on=-2)

    assert (balance(tea, on=-2), balance(tea, on=-1)) == (7, 5)


def test_a_count_elsewhere_or_of_something_else_changes_nothing(member, tea):
    other = ProductFactory(business=member.business)
    back = LocationFactory(business=member.business)
    receive(member, other, 1, on=-5)
    count(member, other, 1, on=-1)
    receive_stock(by=member, lines=[line(tea, 1)], at=NOW, occurred_at=day(-5), location_id=back.pk)
    receive(member, tea, 2, on=-3)

    assert on_hand(tea) == 3
    assert not StockMovement.objects.filter(kind=MovementKind.COUNTED).exists()


def test_later_sales_cost_what_the_late_receipt_makes_of_them(member, tea):
    receive(member, tea, 10, on=-4, cost=2)
    sale = sell(member, {tea: 5}, at=NOW)
    assert sale.cost == 10

    receive(member, tea, 10, on=-3, cost=4)

    sale.refresh_from_db()
    assert (sale.cost, sale.lines.get().unit_cost) == (15, 3)
    tea.refresh_from_db()
    assert tea.average_cost == 3


def test_a_sale_that_is_dated_back_says_what_it_cost_then(member, tea):
    receive(member, tea, 10, on=-4, cost=2)
    receive(member, tea, 10, on=-2, cost=4)

    sale = sell(member, {tea: 5}, sold_at=day(-3))

    assert (sale.cost, sale.lines.all()[0].unit_cost) == (10, 2)
    assert Sale.objects.get().cost == 10


@pytest.mark.parametrize("act", ["receive", "adjust", "take", "move", "sell"])
def test_only_who_may_enters_something_for_an_earlier_day(member, tea, act):
    receive(member, tea, 9, on=-9)
    back = LocationFactory(business=member.business)
    clerk = Member(pk=member.pk, business=member.business, user=member.user, role=Role.CLERK)
    acts = {
        "receive": lambda: receive(clerk, tea, 1, on=-1),
        "adjust": lambda: adjust_stock(by=clerk, lines=[line(tea, 1)], reason="Found", at=NOW, occurred_at=day(-1)),
        "take": lambda: take(clerk, tea, 1, on=-1),
        "move": lambda: transfer_stock(by=clerk, lines=[line(tea, 1)], from_id=None, to_id=back.pk, at=NOW, occurred_at=day(-1)),
        "sell": lambda: sell(clerk, {tea: 1}, sold_at=day(-1)),
    }

    with pytest.raises(NotAllowed):
        acts[act]()

    assert StockMovement.objects.count() == 1


def test_nothing_is_entered_in_closed_books(member, tea):
    Business.objects.filter(pk=member.business.pk).update(closed_until=day(-2).date())

    with pytest.raises(BooksClosed, match="closed up to 2 March 2026"):
        receive(member, tea, 1, on=-2)

    receive(member, tea, 1, on=-1)


def test_what_is_moved_elsewhere_earlier_leaves_both_places_right(member, tea):
    receive(member, tea, 5, on=-5)
    take(member, tea, 4, on=-2)
    back = LocationFactory(business=member.business)

    def move(quantity):
        transfer_stock(by=member, lines=[line(tea, quantity)], from_id=None, to_id=back.pk, at=NOW, occurred_at=day(-4))

    with pytest.raises(NegativeLater):
        move(2)
    move(1)

    assert on_hand(tea) == 1
    assert MovementCost.objects.filter(movement__kind="moved").count() == 0


steps = st.tuples(st.sampled_from(["receive", "receive", "take", "count"]), st.integers(1, 9), st.integers(-8, -1))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(steps, max_size=9))
def test_in_whatever_order_the_past_is_entered_it_adds_up(member, drawn):
    product = ProductFactory(business=member.business)
    receive(member, product, 9, on=-9)
    for number, (act, quantity, on) in enumerate(drawn):
        moment = on + number / 1000  # no two at one moment
        with suppress(InsufficientStock, CountTooSmall), transaction.atomic():
            {"receive": receive, "take": take, "count": count}[act](member, product, quantity, on=moment)

    moved = StockMovement.objects.filter(product=product).order_by("occurred_at", "pk").values_list("occurred_at", "quantity")
    balances = dict(
        zip((at for at, _ in moved), accumulate(quantity for _, quantity in moved), strict=True)
    )  # of a moment, the last
    assert all(left >= 0 for left in balances.values())
    for counted in StocktakeLine.objects.filter(product=product, stocktake__state="approved"):
        at_that_time = [left for at, left in balances.items() if at <= counted.counted_at]
        assert (at_that_time or [0])[-1] == counted.counted
    assert find_differences(business=member.business) == []
    assert find_wrong_costs(business=member.business) == []
