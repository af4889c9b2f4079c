from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.patterns import On, Pattern, Unit, in_words, pattern_of
from expenses.recurrence import recurrence
from expenses.rule_text import WEEKDAYS

FIRST, LAST = date(2026, 3, 1), date(2026, 1, 31)  # a Sunday, a Saturday


@pytest.mark.parametrize(
    ("pattern", "starts_on", "rule", "words"),
    [
        (Pattern(), FIRST, "FREQ=MONTHLY;BYMONTHDAY=1", "Every month on the 1st"),
        (Pattern(3, Unit.DAY), FIRST, "FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        (Pattern(1, Unit.WEEK), FIRST, "FREQ=WEEKLY;BYDAY=SU", "Every week on Sunday"),
        (
            Pattern(2, Unit.WEEK, ("MO", "WE", "FR")),
            FIRST,
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR",
            "Every 2 weeks on Monday, Wednesday and Friday",
        ),
        (Pattern(), LAST, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "Every month on the 31st or the last day"),
        (Pattern(on=On.DAY), LAST, "FREQ=MONTHLY;BYMONTHDAY=31", "Every month on the 31st where there is one"),
        (Pattern(on=On.LAST, times=12), LAST, "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12", "Every month on the last day, 12 times"),
        (Pattern(on=On.WEEKDAY, nth=2, weekday="TU"), FIRST, "FREQ=MONTHLY;BYDAY=2TU", "Every month on the second Tuesday"),
        (Pattern(on=On.WEEKDAY, nth=-1, weekday="FR"), FIRST, "FREQ=MONTHLY;BYDAY=-1FR", "Every month on the last Friday"),
        (Pattern(unit=Unit.YEAR), FIRST, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1", "Every year in March on the 1st"),
        (
            Pattern(unit=Unit.YEAR),
            date(2028, 2, 29),
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
            "Every year in February on the 29th or the last day",
        ),
    ],
)
def test_what_is_chosen_is_a_rule_and_the_rule_says_what_was_chosen(pattern, starts_on, rule, words):
    assert pattern.rule(starts_on) == rule
    assert pattern_of(rule, starts_on).rule(starts_on) == rule
    assert in_words(rule, starts_on) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=MONTHLY", "Every month on the 31st where there is one"),
        ("FREQ=WEEKLY;INTERVAL=2", "Every 2 weeks on Saturday"),
        ("FREQ=DAILY;INTERVAL=1", "Every day"),
        ("FREQ=YEARLY", "Every year in January on the 31st"),
        ("FREQ=MONTHLY;BYDAY=+1MO", "By the rule FREQ=MONTHLY;BYDAY=+1MO"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "By the rule FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"),
        ("FREQ=DAILY;UNTIL=20261231", "By the rule FREQ=DAILY;UNTIL=20261231"),
    ],
)
def test_a_rule_that_was_written_by_hand_is_understood_where_it_can_be(rule, words):
    assert in_words(rule, LAST) == words


PATTERNS = st.builds(
    Pattern,
    every=st.integers(1, 30),
    unit=st.sampled_from(Unit),
    weekdays=st.lists(st.sampled_from(WEEKDAYS), unique=True, max_size=7).map(
        lambda days: tuple(sorted(days, key=WEEKDAYS.index))
    ),
    on=st.sampled_from(On),
    nth=st.sampled_from([1, 2, 3, 4, -1]),
    weekday=st.sampled_from(WEEKDAYS),
    times=st.none() | st.integers(1, 99),
)


@given(PATTERNS, st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_every_choice_makes_a_rule_that_comes_back_as_the_same_choice(pattern, starts_on):
    rule = pattern.rule(starts_on)

    found = recurrence(rule, starts_on)

    assert pattern_of(found.rule, starts_on).rule(starts_on) == rule
    assert not in_words(found.rule, starts_on).startswith("By the rule")


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_the_day_or_the_last_one_comes_in_each_month_from_the_first_on(starts_on):
    found = recurrence(Pattern().rule(starts_on), starts_on).between(starts_on, starts_on + timedelta(days=366))

    assert found[0] == starts_on
    assert len({(day.year, day.month) for day in found}) == len(found) >= 12


def test_a_month_that_starts_before_its_day_is_said_by_its_day():
    assert in_words("FREQ=MONTHLY;BYMONTHDAY=9", date(2026, 11, 25)) == "Every month on the 9th"
