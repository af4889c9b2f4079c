"""The value of stock after anything that can happen to it, against a slow reference (rules 4 and 5)."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.costing import Book, Event, Left, worth
from tests.inventory.reference import reckoned
from tests.inventory.test_costing_cases import METHODS, came, entered, went

D = Decimal
DUST = Fraction(1, 100)  # a millionth at each step, times up to 200 units found at that cost

quantities = st.integers(1, 200).map(Decimal)
fine_quantities = st.decimals(min_value="0.001", max_value=500, places=3)
costs = st.decimals(min_value="0.01", max_value=900, places=6)


def moves(quantities):
    return st.one_of(
        st.tuples(st.just("bought"), quantities, costs),
        st.tuples(st.just("found"), quantities, st.just(D(0))),
        st.tuples(st.just("went"), quantities, st.one_of(st.just(D(0)), costs)),
        st.tuples(st.just("returned"), quantities, st.just(D(0))),
    )


def told(steps) -> list[Event]:
    """The steps as a ledger would hold them: what comes back went before, and no more of it than went."""
    events, open_ = [], {}
    for key, (kind, quantity, cost) in enumerate(steps, start=1):
        if kind == "went":
            events.append(Event(key, -quantity, expected=cost))
            open_[key] = quantity
        elif kind == "returned" and open_:
            first, most = next(iter(open_.items()))
            back = min(most, quantity)
            open_[first] = most - back
            if not open_[first]:
                del open_[first]
            events.append(Event(key, back, gives_back=first))
        else:
            events.append(Event(key, quantity, worth(quantity, cost), is_receipt=kind == "bought"))
    return events


def opened(events, *, fifo: bool) -> Book:
    book = Book(fifo=fifo)
    book.left = {event.gives_back: Left(D(0), D(0)) for event in events if event.gives_back is not None}
    return book


@METHODS
@settings(max_examples=400)
@given(steps=st.lists(moves(quantities), max_size=25))
def test_agrees_with_the_slow_reference_whatever_happens(fifo, steps):
    events = told(steps)
    book = opened(events, fifo=fifo)
    entries, plain = book.enter_all(events), reckoned(events, fifo=fifo)

    assert Fraction(book.quantity) == plain.quantity
    assert abs(Fraction(book.value) - plain.value) < DUST
    corrected = {entry.key: entry.value for entry in entries if entry.quantity < 0}
    for correction in (each for entry in entries for each in entry.corrections):
        corrected[correction.key] += correction.value
    assert all(abs(Fraction(-value) - plain.costs[key]) < DUST for key, value in corrected.items())


@METHODS
@given(steps=st.lists(moves(fine_quantities), max_size=25))
def test_nothing_is_worth_nothing_and_the_parts_add_up_to_the_last_place(fifo, steps):
    events = told(steps)
    entries = opened(events, fifo=fifo).enter_all(events)

    total = D(0)
    for entry in entries:
        total += entry.value + entry.revalued
        assert entry.value_after == total
        assert entry.quantity_after or entry.value_after == 0
        if entry.quantity_after < 0:
            assert abs(entry.value_after - entry.quantity_after * entry.unit_cost) < D("0.00005")


@METHODS
def test_stock_that_came_at_no_known_cost_takes_the_first_that_is_known(fifo):
    book, entries = entered(Event(1, D(10)), went(4, key=2), came(6, 5, key=3), fifo=fifo)

    assert [entry.value_after for entry in entries] == [0, 0, 60]
    assert (entries[2].revalued, book.unit_cost) == (30, 5)


@METHODS
def test_what_comes_back_comes_at_the_cost_it_left_with_its_correction_included(fifo):
    book = Book(fifo=fifo, left={2: Left(D(0), D(0))})
    book.enter_all([came(1, 4, key=1), went(2, key=2), came(10, 6, key=3)])

    entry = book.enter(Event(4, D(2), gives_back=2))

    assert entry.value == 10  # one at 4, and one at 6


@METHODS
def test_the_largest_quantities_and_costs_lose_no_place(fifo):
    most, dear = D("999999999.999"), D("99999999999.999999")
    book, entries = entered(came(most, dear), went(most - D("0.001")), went("0.001"), fifo=fifo)

    assert entries[0].value == (most * dear).quantize(D("0.000001"))
    assert (book.quantity, book.value) == (0, 0)
