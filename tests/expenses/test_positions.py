from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.periods import CarryOver, Every, Schedule
from expenses.positions import Position, State, Terms, position

D = Decimal
JANUARY = date(2026, 1, 1)


def terms(limit, carry="none", *, revisions=(), levels=("80", "100")):
    limits = [(date.min, D(limit)), *revisions]
    return Terms(Schedule(Every.MONTHLY, JANUARY), CarryOver(carry), limits, [D(level) for level in levels])


def test_erpnext_36610_an_order_counts_as_committed_until_it_is_billed():
    where = position(terms("20000000"), date(2026, 1, 5), {date(2026, 1, 2): D(11000000)}, {date(2026, 1, 9): D(5000000)})

    assert where is not None
    assert (where.left, where.state) == (4000000, State.WARNING)


def test_monarch_an_overspent_month_is_taken_off_the_next():
    where = position(terms("1430", "all"), date(2026, 2, 10), {date(2026, 1, 9): D(1452), date(2026, 2, 9): D(629)})

    assert where is not None
    assert (where.carried, where.left) == (-22, 779)


@pytest.mark.parametrize(
    ("carry", "january", "carried"),
    [("none", "60", "0"), ("surplus", "60", "40"), ("surplus", "130", "0"), ("all", "60", "40"), ("all", "130", "-30")],
)
def test_what_is_carried_over(carry, january, carried):
    where = position(terms("100", carry), date(2026, 2, 10), {date(2026, 1, 31): D(january)})

    assert where is not None
    assert where.carried == D(carried)


def test_what_an_earlier_period_still_owes_is_not_carried_over():
    where = position(terms("100", "surplus"), date(2026, 2, 10), {date(2026, 1, 3): D(30)}, {date(2026, 1, 31): D(50)})

    assert where is not None
    assert (where.carried, where.committed, where.left) == (20, 0, 120)


def test_a_surplus_of_two_months_adds_up():
    where = position(terms("100", "surplus"), date(2026, 3, 1), {date(2026, 1, 3): D(130), date(2026, 2, 3): D(70)})

    assert where is not None
    assert (where.carried, where.available) == (30, 130)


def test_a_revision_holds_from_its_period_on_and_what_was_before_stays():
    revised = terms("100", "surplus", revisions=[(date(2026, 2, 1), D(50))])

    february = position(revised, date(2026, 2, 10), {})

    assert february is not None
    assert (february.limit, february.carried) == (50, 100)


@pytest.mark.parametrize(
    ("used", "state", "crossed"), [("79.99", "fine", 0), ("80", "warning", 1), ("100", "warning", 2), ("100.01", "over", 2)]
)
def test_a_warning_from_the_lowest_threshold_and_over_above_the_whole(used, state, crossed):
    where = position(terms("100"), JANUARY, {JANUARY: D(used)})

    assert where is not None
    assert (where.state, len(where.crossed)) == (state, crossed)


def test_pace_says_where_it_ends_at_this_rate():
    where = position(terms("100"), date(2026, 1, 10), {date(2026, 1, 10): D(40)}, {date(2026, 1, 31): D(10)})

    assert where is not None
    assert where.pace_percent(date(2026, 1, 10)).quantize(D("0.1")) == D("32.3")
    assert where.expected_percent(date(2026, 1, 10)) == 134


days = st.dictionaries(st.dates(JANUARY, date(2026, 6, 30)), st.decimals("-500", "500", places=2), max_size=40)


@given(spent=days, limit=st.decimals("0", "1000", places=2), on=st.dates(JANUARY, date(2026, 6, 30)))
def test_with_all_carried_over_what_is_left_is_all_limits_less_all_spending(spent, limit, on):
    schedule = Schedule(Every.MONTHLY, JANUARY)

    where = position(Terms(schedule, CarryOver.ALL, [(date.min, limit)], []), on, spent)

    assert isinstance(where, Position)
    until = where.period.last
    total = sum((amount for day, amount in spent.items() if day <= until), D(0))
    assert where.left == limit * len(schedule.until(on)) - total
    assert where.period.first - timedelta(days=1) < on <= until
