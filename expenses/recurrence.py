"""Rules of RFC 5545 on local days: pure functions, without clocks and zones, so a day is a day wherever the business is.

A rule is the text of an RRULE without DTSTART; the first day is kept beside it. As the RFC has it, BYMONTHDAY=31 falls in
months of 31 days only. `BYMONTHDAY=-1` is the last day of each month, and `BYMONTHDAY=28,29,30,31;BYSETPOS=-1` the 31st or
the last day of a shorter month.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from itertools import takewhile

from dateutil.rrule import rrule, rrulestr

from expenses.periods import FIRST_DAY, LAST_DAY
from expenses.rule_text import BadRule, parse, written

WITHIN_YEARS = 50


@dataclass(frozen=True)
class Recurrence:
    """A rule from its first day on. Made by `recurrence`, which refuses what is none."""

    rule: str
    starts_on: date
    ends_on: date | None = None

    def between(self, since: date, until: date) -> list[date]:
        """The days it falls on, both ends included, earliest first."""
        last = min(until, self.ends_on or until)
        if last < max(since, self.starts_on):
            return []
        days = (moment.date() for moment in self._walked)
        return [day for day in takewhile(lambda day: day <= last, days) if day >= since]

    def first(self) -> date | None:
        """The first day it falls on, looking so far ahead as anybody plans."""
        until = self.starts_on.replace(year=self.starts_on.year + WITHIN_YEARS, day=min(self.starts_on.day, 28))
        last = min(until, self.ends_on or until)
        found = next((moment.date() for moment in self._walked), None)
        return found if found and found <= last else None

    @cached_property
    def _walked(self) -> rrule:
        walked: rrule = rrulestr(self.rule, dtstart=datetime.combine(self.starts_on, time.min))  # type: ignore[assignment]
        return walked


def recurrence(rule: str, starts_on: date, ends_on: date | None = None) -> Recurrence:
    """Read a rule, or raise BadRule with a sentence that says what is wrong."""
    parts = parse(rule)
    if not FIRST_DAY <= starts_on <= LAST_DAY:
        raise BadRule(f"Choose a day after {FIRST_DAY.year} and before {LAST_DAY.year}.", field="starts_on")
    if ends_on and ends_on < starts_on:
        raise BadRule("It ends on or after the day it starts.", field="ends_on")
    if ends_on and {"COUNT", "UNTIL"} & parts.keys():
        raise BadRule("The rule says itself when it ends; leave the last day empty.", field="ends_on")
    found = Recurrence(written(parts), starts_on, ends_on)
    try:
        first = found.first()
    except (ValueError, IndexError, OverflowError) as error:
        raise BadRule(f"No such days: {found.rule}.") from error
    if first is None:
        end = " before it ends" if ends_on or "UNTIL" in parts else f" in the next {WITHIN_YEARS} years"
        raise BadRule(f"This rule does not fall on any day{end}.")
    return found
