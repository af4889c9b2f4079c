"""Counting: by several people, blind, with sales meanwhile; approved once, and then it stays."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import NotAllowed
from inventory.models import MovementKind, StockLevel, StockMovement, Stocktake, StocktakeCount
from inventory.queries.stocktake import compare, get_expected, get_recounts, get_uncounted, sums
from inventory.services.proof import find_differences
from inventory.services.stock import StockLine, receive_stock, take_stock
from inventory.services.stocktake import (
    AlreadyCounting,
    CountClosed,
    Counted,
    CountTooSmall,
    NotCountable,
    NothingCounted,
    UnknownCategory,
    add_counts,
    approve_stocktake,
    ask_recount,
    cancel_stocktake,
    start_stocktake,
)
from inventory.shelves import ProductRef, UnknownProduct
from inventory.units import BadQuantity, UnknownUnit
from tests.factories import NOW, CategoryFactory, LocationFactory, MemberFactory, ProductFactory, StockedProductFactory

pytestmark = pytest.mark.django_db
D = Decimal


def later(minutes: int):
    return NOW + timedelta(minutes=minutes)


def ref(product) -> ProductRef:
    return ProductRef(product=product.pk)


def count(stocktake, by, *pairs, at=None, **options):
    counts = [Counted(ref(product), D(quantity), **options) for product, quantity in pairs]
    return add_counts(stocktake=stocktake, by=by, counts=counts, at=at or later(10))


def on_hand(product) -> Decimal:
    return StockLevel.objects.get(product=product).on_hand


def take(member, product, quantity, minutes):
    take_stock(by=member, lines=[StockLine(ref(product), D(quantity))], reason="Sold", at=later(minutes))


@pytest.fixture
def tea(member):
    return StockedProductFactory(business=member.business, name="Tea", on_hand=10)


@pytest.fixture
def stocktake(member):
    return start_stocktake(by=member, at=later(1))


def test_approval_sets_the_books_to_what_was_counted_and_the_ledger_still_adds_up(member, tea, stocktake):
    count(stocktake, member, (tea, 8))

    approve_stocktake(stocktake=stocktake, by=member, at=later(30))

    assert on_hand(tea) == 8
    moved = StockMovement.objects.get(kind=MovementKind.COUNTED)
    assert (moved.quantity, moved.occurred_at, moved.document_id) == (-2, later(10), stocktake.pk)
    assert find_differences(business=member.business) == []
    line = stocktake.lines.get()
    assert (line.expected, line.counted, line.variance, line.unit_cost) == (10, 8, -2, 2)


def test_sales_before_and_after_a_product_was_counted_are_netted(member, tea, stocktake):
    take(member, tea, 1, minutes=5)
    count(stocktake, member, (tea, 8), at=later(10))
    take(member, tea, 3, minutes=15)

    approve_stocktake(stocktake=stocktake, by=member, at=later(30))

    assert stocktake.lines.get().expected == 9
    assert on_hand(tea) == 8 - 3


def test_each_product_is_compared_at_its_own_moment(member, tea, stocktake):
    jam = StockedProductFactory(business=member.business, on_hand=20)
    count(stocktake, member, (tea, 10), at=later(5))
    take(member, tea, 1, minutes=7)
    take(member, jam, 2, minutes=7)
    count(stocktake, member, (jam, 18), at=later(10))

    assert get_expected(stocktake, list(stocktake.lines.all())) == {tea.pk: 10, jam.pk: 18}


def test_what_two_people_count_of_one_product_adds_up(member, tea, stocktake):
    count(stocktake, member, (tea, 3))
    count(stocktake, MemberFactory(business=member.business, role="clerk"), (tea, 4))

    assert stocktake.lines.get().counted == 7
    assert StocktakeCount.objects.count() == 2


def test_one_product_twice_in_one_call_adds_up(member, tea, stocktake):
    lines = count(stocktake, member, (tea, 3), (tea, 4))

    assert [line.counted for line in lines] == [7, 7]


def test_a_count_can_stand_in_place_of_those_before(member, tea, stocktake):
    count(stocktake, member, (tea, 30))
    count(stocktake, member, (tea, 3), instead=True)

    assert stocktake.lines.get().counted == 3
    assert [int(row.quantity) for row in StocktakeCount.objects.order_by("pk")] == [30, 3]


@pytest.mark.django_db(transaction=True)  # a savepoint less: Derby has one at a time
def test_a_recount_begins_anew_and_approval_leaves_alone_what_was_not_recounted(member, tea, stocktake):
    count(stocktake, member, (tea, 3))
    assert ask_recount(stocktake=stocktake, by=member, products=[tea.pk], at=later(12)) == 1
    assert [line.product for line in get_recounts(stocktake)] == [tea]

    with pytest.raises(NothingCounted):
        approve_stocktake(stocktake=stocktake, by=member, at=later(13))
    count(stocktake, member, (tea, 9), at=later(14))
    approve_stocktake(stocktake=stocktake, by=member, at=later(15))

    assert on_hand(tea) == 9


def test_what_nobody_counted_keeps_its_books_unless_one_says_it_is_none(member, tea):
    jam = StockedProductFactory(business=member.business, on_hand=5)
    for missing_are_none, left in ((False, 5), (True, 0)):
        stocktake = start_stocktake(by=member, at=later(1))
        count(stocktake, member, (tea, 10))
        assert [shelf.product for shelf in get_uncounted(stocktake)] == [jam]
        approve_stocktake(stocktake=stocktake, by=member, at=later(30), missing_are_none=missing_are_none)
        assert on_hand(jam) == left


def test_none_found_is_a_count_of_zero(member, tea, stocktake):
    count(stocktake, member, (tea, 0))
    approve_stocktake(stocktake=stocktake, by=member, at=later(30))

    assert on_hand(tea) == 0


def test_a_pack_counts_as_what_is_in_it(member, tea, stocktake):
    tea.packs.create(name="case", factor=12)
    count(stocktake, member, (tea, 2), unit="case")

    assert stocktake.lines.get().counted == 24


def test_an_approved_count_is_final(member, tea, stocktake):
    count(stocktake, member, (tea, 8))
    stale = Stocktake.objects.get(pk=stocktake.pk)
    approve_stocktake(stocktake=stocktake, by=member, at=later(30))

    for again in (approve_stocktake, cancel_stocktake):
        with pytest.raises(CountClosed):
            again(stocktake=stale, by=member, at=later(31))
    with pytest.raises(CountClosed):
        count(stale, member, (tea, 1))
    with pytest.raises(CountClosed):
        ask_recount(stocktake=stale, by=member, products=[tea.pk], at=later(31))
    assert on_hand(tea) == 8


def test_a_cancelled_count_changes_nothing(member, tea, stocktake):
    count(stocktake, member, (tea, 1))
    cancel_stocktake(stocktake=stocktake, by=member, at=later(30))

    assert on_hand(tea) == 10
    assert not StockMovement.objects.filter(kind=MovementKind.COUNTED).exists()


def test_one_place_has_one_open_count_and_another_place_its_own(member, stocktake):
    with pytest.raises(AlreadyCounting, match="is being counted already"):
        start_stocktake(by=member, at=later(2))
    start_stocktake(by=member, at=later(2), location_id=LocationFactory(business=member.business).pk)
    cancel_stocktake(stocktake=stocktake, by=member, at=later(3))

    assert start_stocktake(by=member, at=later(4)).is_open


def test_more_sold_since_than_was_counted_is_refused_and_nothing_is_half_done(member, tea, stocktake):
    count(stocktake, member, (tea, 2))
    take(member, tea, 5, minutes=20)

    with pytest.raises(CountTooSmall, match="Have it counted again"):
        approve_stocktake(stocktake=stocktake, by=member, at=later(30))

    stocktake.refresh_from_db()
    assert (stocktake.is_open, on_hand(tea)) == (True, 5)


@pytest.mark.parametrize("state", ["inactive", "service", "elsewhere"])
def test_what_cannot_be_counted_here_is_told(member, tea, state):
    category = CategoryFactory(business=member.business)
    stocktake = start_stocktake(by=member, at=NOW, category_id=category.pk if state == "elsewhere" else None)
    product = ProductFactory(business=member.business, is_active=state != "inactive", is_stocked=state != "service")

    with pytest.raises(NotCountable) as refused:
        count(stocktake, member, (product, 1))
    assert product.label in refused.value.message


@pytest.mark.parametrize(
    ("quantity", "unit", "error"),
    [(-1, "", BadQuantity), (10**9, "", BadQuantity), ("1.5", "", BadQuantity), (1, "barrel", UnknownUnit)],
)
def test_a_quantity_that_cannot_be_is_refused_on_its_line(member, tea, stocktake, quantity, unit, error):
    good, bad = Counted(ref(tea), D(1)), Counted(ref(tea), D(quantity), unit)

    with pytest.raises(error) as refused:
        add_counts(stocktake=stocktake, by=member, counts=[good, bad], at=later(2))
    assert refused.value.line == 1
    assert not StocktakeCount.objects.exists()


def test_others_products_and_categories_are_unknown(member, stocktake):
    with pytest.raises(UnknownProduct):
        count(stocktake, member, (StockedProductFactory(), 1))
    with pytest.raises(UnknownCategory):
        start_stocktake(by=member, at=NOW, category_id=CategoryFactory().pk)


def test_a_clerk_counts_and_a_manager_approves(member, tea, stocktake):
    clerk = MemberFactory(business=member.business, role="clerk")
    count(stocktake, clerk, (tea, 8))

    for forbidden in (approve_stocktake, cancel_stocktake):
        with pytest.raises(NotAllowed):
            forbidden(stocktake=stocktake, by=clerk, at=later(30))
    with pytest.raises(NotAllowed):
        ask_recount(stocktake=stocktake, by=clerk, products=[tea.pk], at=later(30))
    with pytest.raises(NotAllowed):
        count(stocktake, MemberFactory(business=member.business, role="viewer"), (tea, 8))


def test_the_result_is_in_units_and_in_money_and_stays_what_it_was(member, tea, stocktake):
    jam = StockedProductFactory(business=member.business, on_hand=4, on_hand__at="1.25")
    count(stocktake, member, (tea, 8), (jam, 6))
    approve_stocktake(stocktake=stocktake, by=member, at=later(30))
    receive_stock(by=member, lines=[StockLine(ref(tea), D(10), unit_cost=D(100))], at=later(40))

    rows = compare(Stocktake.objects.get(pk=stocktake.pk))

    assert [(row.line.product, row.variance, row.worth) for row in rows] == [(tea, -2, D("-4.00")), (jam, 2, D("2.50"))]
    assert (sums(rows).short, sums(rows).over, sums(rows).net, sums(rows).differing) == (D(-4), D("2.50"), D("-1.50"), 2)


@pytest.mark.parametrize("number", [1, 20])
def test_approval_costs_a_product_and_its_shelf_each_and_little_else(member, stocktake, number, django_assert_max_num_queries):
    products = StockedProductFactory.create_batch(number, business=member.business)
    count(stocktake, member, *((product, 9) for product in products))

    with django_assert_max_num_queries(30 + 3 * number):
        approve_stocktake(stocktake=stocktake, by=member, at=later(30))


@pytest.mark.parametrize("number", [1, 20])
def test_the_comparison_costs_the_same_at_any_number(member, stocktake, number, django_assert_num_queries):
    products = StockedProductFactory.create_batch(number, business=member.business)
    count(stocktake, member, *((product, 9) for product in products))

    with django_assert_num_queries(3):
        compare(stocktake)
