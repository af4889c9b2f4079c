"""Positions against a slow, obvious reference, and against the ledger whatever is done to it."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from expenses.periods import CarryOver, Every, Period, Schedule, merged
from expenses.positions import Terms, position

D = Decimal
STEPS = {
    Every.WEEKLY: relativedelta(weeks=1),
    Every.MONTHLY: relativedelta(months=1),
    Every.QUARTERLY: relativedelta(months=3),
    Every.YEARLY: relativedelta(years=1),
}
START, END = date(2023, 12, 29), date(2025, 3, 31)  # a leap day and many month ends between them
money = st.decimals("-500", "900", places=2)
by_day = st.dictionaries(st.dates(START, END), money, max_size=25)
odd = st.sampled_from([date(2024, 1, 31), date(2024, 2, 29), date(2023, 12, 31)])
starts = st.one_of(st.dates(START, date(2024, 3, 31)), odd)


@st.composite
def budgets(draw):
    every, first = draw(st.sampled_from(list(Every))), draw(starts)
    ends = first + timedelta(days=draw(st.integers(0, 200))) if every is Every.CUSTOM else draw(st.none() | st.dates(first, END))
    revisions = sorted(draw(st.dictionaries(st.dates(START, END), st.decimals("0", "900", places=2), max_size=3)).items())
    limits = [(date.min, draw(st.decimals("0", "900", places=2))), *revisions]
    return Terms(Schedule(every, first, ends), draw(st.sampled_from(list(CarryOver))), limits, [D(80), D(100)], draw(by_day))


def reference(terms, on, spent, committed):
    """Day by day from the first on: what is left is handed from each period to the next. None where no period holds the day."""
    schedule = terms.schedule
    if on < schedule.starts_on or (schedule.ends_on and on > schedule.ends_on):
        return None
    day, number, left, period = schedule.starts_on, -1, D(0), {}
    while day <= on:
        if day == _begins(schedule, number + 1):
            carried = {"none": D(0), "surplus": max(left, D(0)), "all": left}[terms.carry_over.value] if number >= 0 else D(0)
            limit = [amount for since, amount in terms.limits if since <= day][-1]
            number, period, left = number + 1, {"first": day, "carried": carried, "limit": limit}, limit + carried
            period |= {"spent": D(0), "committed": D(0), "moved": D(0)}
        _count(period, terms, spent, committed, day)
        left = period["limit"] + period["carried"] + period["moved"] - period["spent"] - period["committed"]
        day += timedelta(days=1)
    while day != _begins(schedule, number + 1) and (schedule.ends_on is None or day <= schedule.ends_on):
        _count(period, terms, spent, committed, day)
        day += timedelta(days=1)
    return period | {"last": day - timedelta(days=1), "limit": period["limit"] + period["moved"]}


def _begins(schedule, number):
    """The first day of a period by its number; a custom one is the only one."""
    if schedule.every in STEPS:
        return schedule.starts_on + STEPS[schedule.every] * number
    return schedule.starts_on if number == 0 else None


def _count(period, terms, spent, committed, day):
    period["spent"] += spent.get(day, D(0))
    period["committed"] += committed.get(day, D(0))
    period["moved"] += terms.moves.get(day, D(0))


@settings(max_examples=200)
@given(terms=budgets(), spent=by_day, committed=by_day, on=st.dates(START, END))
def test_every_position_is_what_adding_up_day_by_day_gives(terms, spent, committed, on):
    where, wanted = position(terms, on, spent, committed), reference(terms, on, spent, committed)

    if wanted is None:
        assert where is None
        return
    found = {name: getattr(where, name) for name in ("carried", "limit", "spent", "committed", "moved")}
    assert found | {"first": where.period.first, "last": where.period.last} == wanted
    assert where.left == where.limit + where.carried - where.spent - where.committed
    assert where.limit == where.set_limit + where.moved


@settings(max_examples=100)
@given(terms=budgets(), spent=by_day, on=st.dates(START, END), picked=st.sets(st.integers(0, 60)))
def test_what_is_known_of_ended_periods_changes_no_position(terms, spent, on, picked):
    """However few or many of them are known: the days of a known period are asked for no more."""
    periods = terms.schedule.until(on)[:-1]
    known = [period for number, period in enumerate(periods) if number in picked]
    closed = {period.first: sum((spent[day] for day in spent if period.first <= day <= period.last), D(0)) for period in known}
    rest = {day: amount for day, amount in spent.items() if not any(each.first <= day <= each.last for each in known)}

    assert position(terms, on, rest, closed=closed) == position(terms, on, spent)


@given(st.lists(st.tuples(st.dates(START, END), st.integers(0, 40)), max_size=12))
def test_spans_merged_are_the_same_days_without_overlap(drawn):
    periods = [Period(first, first + timedelta(days=more)) for first, more in drawn]

    spans = merged(periods)

    days = defaultdict(int)
    for span in spans:
        for n in range(span.days):
            days[span.first + timedelta(days=n)] += 1
    assert set(days.values()) <= {1}
    assert days.keys() == {period.first + timedelta(days=n) for period in periods for n in range(period.days)}


@given(every=st.sampled_from(list(STEPS)), first=starts, on=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_last_complete_periods_end_the_day_before_the_one_that_holds_a_day(every, first, on):
    periods = Schedule(every, first).complete_before(on, 6)

    assert len(periods) == 6
    assert periods[-1].last < on <= periods[-1].last + timedelta(days=366)
    assert all(later.first == earlier.last + timedelta(days=1) for earlier, later in pairwise(periods))
