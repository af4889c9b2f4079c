from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.periods import day_start, days, local_day

ZONES = [
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Africa/Cairo",
]


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 3, 4, 23, 30, tzinfo=UTC), "Europe/London", date(2026, 3, 4)),
        (datetime(2026, 3, 4, 23, 30, tzinfo=UTC), "Asia/Kolkata", date(2026, 3, 5)),
        (datetime(2026, 3, 4, 3, 30, tzinfo=UTC), "America/New_York", date(2026, 3, 3)),
    ],
)
def test_today_is_the_business_s_local_day(moment, zone, expected):
    assert local_day(moment, zone) == expected


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_its_clocks_make_it(on, hours):
    day = days(on, on, "Europe/London")

    assert day.until - day.since == timedelta(hours=hours)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_each_moment_lies_in_its_own_day_and_in_no_other(moment, zone):
    on = local_day(moment, zone)

    day = days(on, on, zone)

    assert day.since <= moment < day.until
    assert day.until == day_start(on + timedelta(days=1), zone)
