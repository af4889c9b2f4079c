from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.periods import Every, Period, Schedule


@pytest.mark.parametrize(
    ("every", "starts", "on", "first", "last"),
    [
        ("monthly", date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 30)),
        ("monthly", date(2026, 1, 31), date(2026, 2, 27), date(2026, 1, 31), date(2026, 2, 27)),
        ("monthly", date(2024, 1, 31), date(2024, 2, 29), date(2024, 2, 29), date(2024, 3, 30)),
        ("monthly", date(2026, 1, 31), date(2026, 3, 31), date(2026, 3, 31), date(2026, 4, 29)),
        ("monthly", date(2026, 1, 1), date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        ("weekly", date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 2), date(2026, 3, 8)),
        ("weekly", date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 15)),
        ("quarterly", date(2025, 11, 30), date(2026, 2, 28), date(2026, 2, 28), date(2026, 5, 29)),
        ("yearly", date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28), date(2026, 2, 27)),
        ("yearly", date(2024, 2, 29), date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_a_31st_in_a_short_month_is_its_last_day_and_comes_back(every, starts, on, first, last):
    assert Schedule(Every(every), starts).holding(on) == Period(first, last)


def test_there_is_no_period_before_the_first_nor_after_the_last():
    custom = Schedule(Every.CUSTOM, date(2026, 3, 1), date(2026, 3, 20))

    assert custom.holding(date(2026, 2, 28)) is None
    assert custom.holding(date(2026, 3, 20)) == Period(date(2026, 3, 1), date(2026, 3, 20))
    assert custom.holding(date(2026, 3, 21)) is None


@given(
    every=st.sampled_from([Every.WEEKLY, Every.MONTHLY, Every.QUARTERLY, Every.YEARLY]),
    starts=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    after=st.integers(0, 3000),
)
def test_periods_follow_each_other_without_gap_or_overlap(every, starts, after):
    schedule, on = Schedule(every, starts), starts + timedelta(days=after)

    periods = schedule.until(on)

    assert periods[0].first == starts
    assert periods[-1].first <= on <= periods[-1].last
    assert all(next_.first == one.last + timedelta(days=1) for one, next_ in pairwise(periods))
