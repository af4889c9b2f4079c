"""What people choose of a recurrence, as a rule and back, and a rule in words."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import models

from expenses.rule_text import WEEKDAYS, parse, written

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
SHORTEST_MONTH = 28
LEAP_DAY = (2, 29)


class Unit(models.TextChoices):
    DAY = "day", "Days"
    WEEK = "week", "Weeks"
    MONTH = "month", "Months"
    YEAR = "year", "Years"


class On(models.TextChoices):
    DAY_OR_LAST = "day_or_last", "That day, or the month’s last"
    DAY = "day", "That day, in months that have it"
    LAST = "last", "The month’s last day"
    WEEKDAY = "weekday", "A weekday, as the 2nd Tuesday"


FREQUENCY = {Unit.DAY: "DAILY", Unit.WEEK: "WEEKLY", Unit.MONTH: "MONTHLY", Unit.YEAR: "YEARLY"}
UNIT = {frequency: unit for unit, frequency in FREQUENCY.items()}


@dataclass(frozen=True)
class Pattern:
    """Every so many units; in weeks on `weekdays`, in months and years `on` a day of the month; ending after `times`."""

    every: int = 1
    unit: Unit = Unit.MONTH
    weekdays: tuple[str, ...] = ()
    on: On = On.DAY_OR_LAST
    nth: int = 1
    weekday: str = "MO"
    times: int | None = None

    def rule(self, starts_on: date) -> str:
        parts = [f"FREQ={FREQUENCY[self.unit]}"]
        if self.every != 1:
            parts.append(f"INTERVAL={self.every}")
        if self.unit is Unit.WEEK:
            parts.append(f"BYDAY={','.join(self.weekdays or (WEEKDAYS[starts_on.weekday()],))}")
        if self.unit is Unit.YEAR:
            parts.append(f"BYMONTH={starts_on.month}")
        if self.unit in {Unit.MONTH, Unit.YEAR}:
            parts.append(self._day_of_month(starts_on))
        if self.times:
            parts.append(f"COUNT={self.times}")
        return ";".join(parts)

    def is_uncertain(self, starts_on: date) -> bool:
        """Whether not every month, or every year, has the day it starts on."""
        if self.unit is Unit.YEAR:
            return (starts_on.month, starts_on.day) == LEAP_DAY
        return starts_on.day > SHORTEST_MONTH

    def _day_of_month(self, starts_on: date) -> str:
        if self.on is On.LAST:
            return "BYMONTHDAY=-1"
        if self.on is On.WEEKDAY:
            return f"BYDAY={self.nth}{self.weekday}"
        if self.on is On.DAY_OR_LAST and self.is_uncertain(starts_on):
            return f"BYMONTHDAY={','.join(map(str, range(SHORTEST_MONTH, starts_on.day + 1)))};BYSETPOS=-1"
        return f"BYMONTHDAY={starts_on.day}"


def pattern_of(rule: str, starts_on: date) -> Pattern | None:
    """The choices that make this rule, or None where only the rule itself can say it."""
    parts = _filled(parse(rule), starts_on)
    plain = Pattern(int(parts.get("INTERVAL", 1)), UNIT[parts["FREQ"]], times=int(parts["COUNT"]) if "COUNT" in parts else None)
    for guess in (plain, *_by_weekday(plain, parts.get("BYDAY", "")), *(replace(plain, on=on) for on in (On.DAY, On.LAST))):
        if parse(guess.rule(starts_on)) == parts:
            return guess
    return None


def in_words(rule: str, starts_on: date) -> str:
    """Every month on the last day, 12 times. A rule that nobody could have chosen stays a rule."""
    starts_on = _on_its_day(rule, starts_on)
    found = pattern_of(rule, starts_on)
    if found is None:
        return f"By the rule {written(parse(rule))}"
    unit = found.unit.value if found.every == 1 else f"{found.every} {found.unit.value}s"
    return f"Every {unit}{_on(found, starts_on)}{f', {found.times} times' if found.times else ''}"


def _on_its_day(rule: str, starts_on: date) -> date:
    """The start, moved to the day of the month that the rule names where every month has it: it may start before."""
    parts = parse(rule)
    day = parts.get("BYMONTHDAY", "")
    if parts["FREQ"] == "MONTHLY" and day.isdigit() and 0 < int(day) <= SHORTEST_MONTH:
        return starts_on.replace(day=int(day))
    return starts_on


def _by_weekday(plain: Pattern, value: str) -> list[Pattern]:
    if not value:
        return []
    days = tuple(value.split(","))
    if plain.unit is Unit.WEEK:
        return [replace(plain, weekdays=days)]
    number, weekday = value[:-2].lstrip("+"), value[-2:]
    return [replace(plain, on=On.WEEKDAY, nth=int(number), weekday=weekday)] if number in {"1", "2", "3", "4", "-1"} else []


def _filled(parts: dict[str, str], starts_on: date) -> dict[str, str]:
    """With what the RFC takes from the start where a rule does not say it."""
    filled = {name: value for name, value in parts.items() if (name, value) != ("INTERVAL", "1")}
    if any(name.startswith("BY") for name in parts):
        return filled
    from_start = {
        "WEEKLY": {"BYDAY": WEEKDAYS[starts_on.weekday()]},
        "MONTHLY": {"BYMONTHDAY": str(starts_on.day)},
        "YEARLY": {"BYMONTH": str(starts_on.month), "BYMONTHDAY": str(starts_on.day)},
    }
    return filled | from_start.get(parts["FREQ"], {})


def _on(found: Pattern, starts_on: date) -> str:
    if found.unit is Unit.DAY:
        return ""
    if found.unit is Unit.WEEK:
        days = [NAMES[WEEKDAYS.index(day)] for day in found.weekdays or (WEEKDAYS[starts_on.weekday()],)]
        return f" on {_listed(days)}"
    day = _day(found, starts_on)
    return f" on the {day}" if found.unit is Unit.MONTH else f" in {starts_on:%B} on the {day}"


def _day(found: Pattern, starts_on: date) -> str:
    if found.on is On.LAST:
        return "last day"
    if found.on is On.WEEKDAY:
        return f"{NTH[found.nth]} {NAMES[WEEKDAYS.index(found.weekday)]}"
    day = _ordinal(starts_on.day)
    if not found.is_uncertain(starts_on):
        return day
    return f"{day} or the last day" if found.on is On.DAY_OR_LAST else f"{day} where there is one"


def _ordinal(day: int) -> str:
    ending = "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
