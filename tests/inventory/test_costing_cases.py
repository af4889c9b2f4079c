"""Worked cases from other systems, told in our words. Where their file lies beside the project, none may be missing."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from inventory.costing import Book, Entry, Event, worth

D = Decimal
FILE = Path(__file__).parents[3] / "shared" / "cases" / "valuation.yaml"
TOLD = {"V1", "V2", "V4", "V6", "V7"}
TOLD_OF_THE_LEDGER = {"C1", "C2"}  # in test_back_dating.py
METHODS = pytest.mark.parametrize("fifo", [False, True], ids=["average", "fifo"])


def came(quantity, cost, *, landed=0, key=0) -> Event:
    return Event(key, D(quantity), worth(D(quantity), D(cost), D(landed)), is_receipt=True)


def went(quantity, *, expected=0, key=0) -> Event:
    return Event(key, -D(quantity), expected=D(expected))


def entered(*events: Event, fifo: bool) -> tuple[Book, list[Entry]]:
    book = Book(fifo=fifo)
    return book, book.enter_all(events)


def values(entries: list[Entry]) -> list[Decimal]:
    return [entry.value_after for entry in entries]


V1 = (came(8, 10), came(4, 16), went(10), came(2, 6))


def test_v1_first_in_first_out_takes_the_oldest():
    _, entries = entered(*V1, fifo=True)

    assert values(entries) == [80, 144, 32, 44]


def test_v1_the_average_moves_with_what_comes_and_stays_with_what_goes():
    book, entries = entered(*V1, fifo=False)

    assert [entry.unit_cost for entry in entries] == [10, 12, 12, 9]
    assert book.value == 36


@pytest.mark.parametrize(("fifo", "cost", "left"), [(True, "1600.00", "1800.00"), (False, "1700.00", "1700.00")])
def test_v2_unit_costs_keep_six_places_and_the_total_is_rounded_once(fifo, cost, left):
    book, entries = entered(came(10, 100), came(20, 120), went(15), fifo=fifo)

    assert (-entries[-1].value).quantize(D("0.01")) == D(cost)
    assert book.value.quantize(D("0.01")) == D(left)
    if not fifo:
        assert book.unit_cost == D("113.333333")


@METHODS
def test_v4_a_sale_below_zero_takes_the_last_known_cost_and_each_receipt_corrects_it(fifo):
    book, entries = entered(went(50, expected=8, key=1), came(40, 15), came(20, 25), fifo=fifo)

    assert values(entries) == [-400, -150, 250]
    assert book.quantity == 10
    assert [correction.value for entry in entries for correction in entry.corrections] == [-350, -100]


@METHODS
def test_v6_what_comes_onto_stock_below_zero_is_left_at_its_own_cost(fifo):
    book, _ = entered(went(5, expected=100), came(6, 10), fifo=fifo)

    assert (book.quantity, book.value, book.unit_cost) == (1, 10, 10)


@METHODS
@pytest.mark.parametrize(("landed", "returned"), [(0, -200), (50, -220)])
def test_v7_a_landed_cost_recosts_what_went_back_to_the_supplier(fifo, landed, returned):
    _, entries = entered(came(5, 100, landed=landed), went(2), fifo=fifo)

    assert entries[-1].value == returned


@pytest.mark.skipif(not FILE.exists(), reason="the cases lie beside the project only where it is developed")
def test_no_case_is_left_out():
    cases = {case["id"] for case in yaml.safe_load(FILE.read_text())}

    assert cases == TOLD | TOLD_OF_THE_LEDGER
