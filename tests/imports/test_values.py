"""Cells as people write them."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import values
from imports.values import BadCell


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("-1.5", "-1.5"),
        ("£4.50", "4.50"),
        ("1,234.50", "1234.50"),
        ("1 234.5", "1234.5"),
        ("20%", "20"),
        ("−3", "-3"),
        (".5", ".5"),
        ("-£2", "-2"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert values.number(text, field="price") == Decimal(number)


@pytest.mark.parametrize("text", ["", "abc", "1,5", "1.2.3", "1e5", "NaN", "Infinity", "--1", "12,34,56", "9" * 41])
def test_what_is_not_a_number_is_never_guessed(text: str) -> None:
    with pytest.raises(BadCell, match="is not a number"):
        values.number(text, field="price")


@pytest.mark.parametrize(("text", "number"), [("12,50", "12.50"), ("1.234,50", "1234.50"), ("1.234", "1234"), ("12", "12")])
def test_a_decimal_comma_is_read_where_the_file_has_it(text: str, number: str) -> None:
    assert values.number(text, field="price", decimal_comma=True) == Decimal(number)


def test_a_point_for_decimals_is_refused_where_the_file_has_commas() -> None:
    with pytest.raises(BadCell):
        values.number("12.50", field="price", decimal_comma=True)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_every_number_survives_being_written(number: Decimal) -> None:
    assert values.number(f"{number:f}", field="price") == number
    assert values.number(f"{number:,f}", field="price") == number


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-31 00:30", datetime(2025, 7, 30, 23, 30, tzinfo=UTC)),
        ("2025-07-31T00:30:00Z", datetime(2025, 7, 31, 0, 30, tzinfo=UTC)),
        ("31/07/2025 14:05", datetime(2025, 7, 31, 13, 5, tzinfo=UTC)),
        ("31.07.2025", datetime(2025, 7, 31, 11, 0, tzinfo=UTC)),
        ("2025-01-05", datetime(2025, 1, 5, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_date_is_on_the_clock_of_the_shop(text: str, moment: datetime) -> None:
    assert values.moment(text, zone="Europe/London", field="sold_at") == moment


def test_the_month_comes_first_only_where_it_is_written_so() -> None:
    assert values.moment("12/1/2010 8:26", zone="UTC", field="sold_at", month_first=True).month == 12
    assert values.moment("12/1/2010 8:26", zone="UTC", field="sold_at").month == 1


@pytest.mark.parametrize(
    "text", ["", "soon", "31/31/2025", "2025-02-30", "0026-01-01", "1899-12-31", "9999-12-31 23:59", "9" * 50]
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        values.moment(text, zone="America/New_York", field="sold_at")


def test_a_number_larger_than_can_be_kept_is_refused() -> None:
    with pytest.raises(BadCell, match="larger than can be kept"):
        values.number("9" * 30, field="price")


@given(st.text(max_size=30))
def test_no_cell_breaks_a_reader(text: str) -> None:
    for read in (values.number, values.yes):
        with suppress(BadCell):
            read(text, field="x")
    with suppress(BadCell):
        values.moment(text, zone="Asia/Tokyo", field="x")
