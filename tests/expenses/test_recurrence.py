from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.recurrence import recurrence
from expenses.rule_text import BadRule
from tests.factories import BusinessFactory

JANUARY = date(2026, 1, 31)


def days(rule, starts_on, since, until, ends_on=None):
    return [day.isoformat() for day in recurrence(rule, starts_on, ends_on).between(since, until)]


def test_a_31st_falls_in_long_months_only_as_the_rfc_has_it():
    found = days("FREQ=MONTHLY;BYMONTHDAY=31", JANUARY, JANUARY, date(2026, 6, 30))

    assert found == ["2026-01-31", "2026-03-31", "2026-05-31"]


def test_the_last_day_is_the_last_of_each_month():
    found = days("FREQ=MONTHLY;BYMONTHDAY=-1", JANUARY, JANUARY, date(2026, 4, 30))

    assert found == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_a_30th_or_the_last_day_falls_in_february_too():
    found = days("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", date(2028, 1, 30), JANUARY, date(2028, 3, 31))

    assert found == ["2028-01-30", "2028-02-29", "2028-03-30"]


def test_a_leap_day_comes_every_four_years_and_not_in_2100():
    found = days("FREQ=YEARLY", date(2088, 2, 29), date(2088, 1, 1), date(2105, 1, 1))

    assert found == ["2088-02-29", "2092-02-29", "2096-02-29", "2104-02-29"]


def test_both_ends_of_a_span_count_and_so_does_the_first_day():
    weekly = recurrence("FREQ=WEEKLY", JANUARY)

    assert weekly.between(JANUARY, JANUARY + timedelta(7)) == [JANUARY, JANUARY + timedelta(7)]
    assert weekly.between(JANUARY + timedelta(1), JANUARY + timedelta(6)) == []
    assert weekly.between(date(2025, 1, 1), date(2026, 1, 30)) == []


@pytest.mark.parametrize(
    ("rule", "ends_on"),
    [("FREQ=DAILY;COUNT=3", None), ("FREQ=DAILY;UNTIL=20260202", None), ("FREQ=DAILY", date(2026, 2, 2))],
)
def test_it_ends_after_so_many_times_or_on_a_day(rule, ends_on):
    assert days(rule, JANUARY, JANUARY, date(2027, 1, 1), ends_on) == ["2026-01-31", "2026-02-01", "2026-02-02"]


def test_times_are_counted_from_the_first_day_not_from_the_span():
    assert days("FREQ=MONTHLY;COUNT=3", date(2026, 1, 5), date(2026, 3, 1), date(2027, 1, 1)) == ["2026-03-05"]


def test_a_rule_is_kept_with_its_frequency_in_front():
    assert recurrence(" rrule:byday=mo;freq=weekly;", JANUARY).rule == "FREQ=WEEKLY;BYDAY=MO"


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("", "Write a rule as in RFC 5545"),
        ("monthly", "Write a rule as in RFC 5545"),
        ("FREQ=", "Write a rule as in RFC 5545"),
        ("INTERVAL=2", "A rule begins with how often"),
        ("FREQ=FORTNIGHTLY", "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=HOURLY", "At most once a day"),
        ("FREQ=MINUTELY;COUNT=3", "At most once a day"),
        ("FREQ=DAILY;BYHOUR=9", "not at hours: take out BYHOUR"),
        ("FREQ=DAILY;EXDATE=20260101", "take out EXDATE"),
        ("FREQ=DAILY;DTSTART=20260101", "take out DTSTART"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ stands twice"),
        ("FREQ=DAILY;COLOUR=RED", "COLOUR is no part of a rule"),
        ("FREQ=YEARLY;BYEASTER=0", "BYEASTER is no part of a rule"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "not both"),
        ("FREQ=DAILY;COUNT=0", "COUNT is a number from 1 to 9999"),
        ("FREQ=DAILY;COUNT=ten", "COUNT is a number"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is a number from 1 to 999"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL is a number"),
        ("FREQ=DAILY;INTERVAL=²", "INTERVAL is a number"),
        ("FREQ=DAILY;UNTIL=20261231T235959Z", "UNTIL is a day, without a time"),
        ("FREQ=DAILY;UNTIL=20260230", "UNTIL is a day"),
        ("FREQ=DAILY;UNTIL=soon", "UNTIL is a day"),
        ("FREQ=WEEKLY;WKST=XX", "WKST is one of"),
        ("FREQ=WEEKLY;BYDAY=MONDAY", "BYDAY names weekdays"),
        ("FREQ=WEEKLY;BYDAY=2TU", "2TU needs FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYDAY=6TU", "at most 5 times"),
        ("FREQ=MONTHLY;BYDAY=0TU", "at most 5 times"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=6TU", "at most 5 times"),
        ("FREQ=YEARLY;BYDAY=60MO", "at most 53 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY holds numbers from 1 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY holds numbers"),
        ("FREQ=MONTHLY;BYMONTHDAY=first", "BYMONTHDAY holds numbers"),
        ("FREQ=YEARLY;BYMONTH=-1", "BYMONTH holds numbers from 1 to 12."),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY has no meaning with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYWEEKNO=2", "BYWEEKNO has no meaning"),
        ("FREQ=DAILY;BYDAY=MO;BYSETPOS=1", "BYSETPOS has no meaning with FREQ=DAILY"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS picks from other BY parts"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "No month has such a day"),
        ("FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "No month has such a day"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "does not fall on any day in the next 50 years"),  # from a Saturday
        ("FREQ=DAILY;UNTIL=20251231", "does not fall on any day before it ends"),
        ("FREQ=YEARLY;BYDAY=MO;BYSETPOS=60", "does not fall on any day"),
        ("FREQ=MONTHLY;" + "BYDAY=" + ",".join(["MO"] * 100), "at most 255 characters"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(rule, sentence):
    with pytest.raises(BadRule, match=sentence.replace("?", r"\?")):
        recurrence(rule, JANUARY)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "rule", "field"),
    [
        (date(1960, 1, 1), None, "FREQ=DAILY", "starts_on"),
        (date(9998, 1, 1), None, "FREQ=DAILY", "starts_on"),
        (JANUARY, date(2026, 1, 30), "FREQ=DAILY", "ends_on"),
        (JANUARY, date(2026, 12, 31), "FREQ=DAILY;COUNT=3", "ends_on"),
        (JANUARY, date(2026, 2, 15), "FREQ=MONTHLY;BYMONTHDAY=20", "rule"),
    ],
)
def test_the_days_beside_the_rule_are_checked_with_it(starts_on, ends_on, rule, field):
    with pytest.raises(BadRule) as refused:
        recurrence(rule, starts_on, ends_on)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Pacific/Kiritimati", datetime(2026, 2, 28, 9, 59, tzinfo=UTC), "2026-02-28"),  # UTC+14
        ("Pacific/Kiritimati", datetime(2026, 2, 28, 10, 0, tzinfo=UTC), "2026-03-01"),
        ("Pacific/Pago_Pago", datetime(2026, 3, 1, 10, 59, tzinfo=UTC), "2026-02-28"),  # UTC-11
        ("Pacific/Pago_Pago", datetime(2026, 3, 1, 11, 0, tzinfo=UTC), "2026-03-01"),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "2026-03-29"),  # the night of 23 hours
        ("Europe/Berlin", datetime(2026, 10, 25, 22, 30, tzinfo=UTC), "2026-10-25"),  # the day of 25 hours
        ("America/New_York", datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "2026-03-08"),
        ("America/New_York", datetime(2026, 11, 2, 4, 59, tzinfo=UTC), "2026-11-01"),
        ("Africa/Cairo", datetime(2026, 4, 23, 22, 0, tzinfo=UTC), "2026-04-24"),  # midnight does not exist
    ],
)
def test_a_daily_rule_has_come_to_the_local_day_of_its_business_and_no_further(zone, at, day):
    business = BusinessFactory.build(timezone=zone)
    daily = recurrence("FREQ=DAILY", date(2026, 1, 1))

    assert daily.between(date(2026, 1, 1), business.local_day(at))[-1].isoformat() == day


SANE_DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 90)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 9), st.sampled_from(["MO", "TU,TH", "SA,SU", "MO,TU,WE,TH,FR"])
    ),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYMONTHDAY={}".format, st.integers(1, 5), st.sampled_from([1, 15, 28, -1, "28,-1"])),
    st.builds("FREQ=MONTHLY;BYDAY={}{}".format, st.sampled_from([1, 2, 3, 4, -1, -2]), st.sampled_from(["MO", "FR", "SU"])),
    st.builds("FREQ=YEARLY;INTERVAL={}".format, st.integers(1, 3)),
)


@given(RULES, SANE_DAYS, st.integers(0, 900), st.integers(0, 900))
def test_a_span_has_the_same_days_whole_or_in_parts(rule, starts_on, before, after):
    found = recurrence(rule, starts_on)
    middle, last = starts_on + timedelta(before), starts_on + timedelta(before + after)

    whole = found.between(starts_on, last)

    assert whole == found.between(starts_on, middle) + found.between(middle + timedelta(1), last)
    assert whole == sorted(set(whole))


@given(RULES, SANE_DAYS, st.integers(1, 40))
def test_a_rule_that_ends_has_the_first_days_of_one_that_does_not(rule, starts_on, count):
    span = (starts_on, starts_on + timedelta(3000))

    counted = recurrence(f"{rule};COUNT={count}", starts_on).between(*span)

    assert counted == recurrence(rule, starts_on).between(*span)[:count]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(29, 31))
def test_a_day_or_the_last_one_comes_once_in_every_month(starts_on, day):
    rule = f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, range(28, day + 1)))};BYSETPOS=-1"

    found = recurrence(rule, starts_on.replace(day=1)).between(
        starts_on.replace(day=1), starts_on.replace(day=1) + timedelta(365)
    )

    assert len({(each.year, each.month) for each in found}) == len(found) >= 12
    assert all(each.day == day or (each + timedelta(1)).day == 1 for each in found)


@given(st.lists(st.sampled_from([
    "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "INTERVAL=2", "COUNT=4", "UNTIL=20270101", "BYMONTH=2,6",
    "BYMONTHDAY=29,-1", "BYDAY=MO", "BYDAY=-1FR,5MO", "BYWEEKNO=1,53", "BYYEARDAY=-1,60", "BYSETPOS=-1,2", "WKST=SU",
]), min_size=1, max_size=6, unique=True))  # fmt: skip
def test_any_mix_of_parts_is_a_rule_or_is_refused_and_never_breaks(parts):
    rule = ";".join(parts)
    try:
        found = recurrence(rule, JANUARY)
    except BadRule:
        return

    days = found.between(date(2026, 1, 1), date(2029, 1, 1))
    assert days == sorted(set(days))
    assert all(day >= JANUARY for day in days)
