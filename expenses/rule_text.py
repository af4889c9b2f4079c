"""The text of a rule of RFC 5545, read strictly: what has no meaning on days is refused with a sentence."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product

from common.errors import InvalidInput

LONGEST = 255
MOST = {"INTERVAL": 999, "COUNT": 9999}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
CLOCK = {"BYHOUR", "BYMINUTE", "BYSECOND"}
BESIDE = {"DTSTART", "EXDATE", "RDATE"}
LISTS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
LONGEST_MONTH = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
WHOLE = re.compile(r"[+-]?\d{1,4}")


class BadRule(InvalidInput):
    field = "rule"


def parse(rule: str) -> dict[str, str]:
    """The parts of a rule, checked one by one and together."""
    text = rule.strip().upper().removeprefix("RRULE:").rstrip(";")
    if len(text) > LONGEST:
        raise BadRule(f"A rule has at most {LONGEST} characters.")
    parts: dict[str, str] = {}
    for piece in text.split(";"):
        name, equals, value = (side.strip() for side in piece.partition("="))
        if not equals or not value:
            raise BadRule("Write a rule as in RFC 5545: FREQ=MONTHLY;BYMONTHDAY=-1.")
        if name in parts:
            raise BadRule(f"{name} stands twice in the rule.")
        _check_part(name, value)
        parts[name] = value
    _check_together(parts)
    return parts


def written(parts: dict[str, str]) -> str:
    """The rule with FREQ in front."""
    return ";".join(f"{name}={parts[name]}" for name in sorted(parts, key=lambda name: (name != "FREQ", list(parts).index(name))))


def _check_part(name: str, value: str) -> None:
    if name in CLOCK:
        raise BadRule(f"A rule falls on days, not at hours: take out {name}.")
    if name in BESIDE:
        raise BadRule(f"The days stand beside the rule: take out {name}.")
    check = _CHECKS.get(name)
    if check is None:
        raise BadRule(f"{name[:40]} is no part of a rule.")
    check(name, value)


def _check_frequency(_name: str, value: str) -> None:
    if value in TOO_OFTEN:
        raise BadRule("At most once a day: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.")
    if value not in FREQUENCIES:
        raise BadRule("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.")


def _check_number(name: str, value: str) -> None:
    most = MOST[name]
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most):
        raise BadRule(f"{name} is a number from 1 to {most}.")


def _check_until(_name: str, value: str) -> None:
    sentence = "UNTIL is a day, without a time: UNTIL=20261231."
    if not re.fullmatch(r"[0-9]{8}", value):
        raise BadRule(sentence)
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError as error:
        raise BadRule(sentence) from error


def _check_week_start(_name: str, value: str) -> None:
    if value not in WEEKDAYS:
        raise BadRule("WKST is one of MO, TU, WE, TH, FR, SA, SU.")


def _check_weekdays(_name: str, value: str) -> None:
    if not all(WEEKDAY.fullmatch(day) for day in value.split(",")):
        raise BadRule("BYDAY names weekdays: MO, TU, WE, TH, FR, SA, SU, or 2TU and -1FR.")


def _check_list(name: str, value: str) -> None:
    most, least = LISTS[name], 1 if name == "BYMONTH" else -LISTS[name]
    for number in value.split(","):
        if not WHOLE.fullmatch(number) or not least <= int(number) <= most or not int(number):
            span = f"from 1 to {most}" if name == "BYMONTH" else f"from 1 to {most}, or −1 to −{most} from the end"
            raise BadRule(f"{name} holds numbers {span}.")


_CHECKS: dict[str, Callable[[str, str], None]] = {
    "FREQ": _check_frequency,
    "INTERVAL": _check_number,
    "COUNT": _check_number,
    "UNTIL": _check_until,
    "WKST": _check_week_start,
    "BYDAY": _check_weekdays,
    **dict.fromkeys(LISTS, _check_list),
}


def _check_together(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ")
    if not frequency:
        raise BadRule("A rule begins with how often: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise BadRule("A rule ends after COUNT times or on the day UNTIL, not both.")
    for name, refused in _MISPLACED.items():
        if name in parts and frequency in refused:
            raise BadRule(f"{name} has no meaning with FREQ={frequency}.")
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise BadRule("BYSETPOS picks from other BY parts; there are none.")
    _check_ordinals(parts, frequency)
    if not _has_such_days(parts):
        raise BadRule("No month has such a day: this rule does not fall on any day.")


_MISPLACED = {
    "BYSETPOS": {"DAILY"},
    "BYMONTHDAY": {"WEEKLY"},
    "BYYEARDAY": {"DAILY", "WEEKLY", "MONTHLY"},
    "BYWEEKNO": {"DAILY", "WEEKLY", "MONTHLY"},
}


def _check_ordinals(parts: dict[str, str], frequency: str) -> None:
    """2TU is the second Tuesday of the month, or of the year."""
    found = [int(number) for number, _ in WEEKDAY.findall(parts.get("BYDAY", "")) if number]
    if not found:
        return
    if frequency not in {"MONTHLY", "YEARLY"} or "BYWEEKNO" in parts:
        raise BadRule("The second Tuesday is of a month or a year: 2TU needs FREQ=MONTHLY or YEARLY, without BYWEEKNO.")
    most = 5 if frequency == "MONTHLY" or "BYMONTH" in parts else 53
    if not all(1 <= abs(number) <= most for number in found):
        raise BadRule(f"A weekday comes at most {most} times there: write 1 to {most}, or −1 to −{most} from the end.")


def _has_such_days(parts: dict[str, str]) -> bool:
    """Whether any month named has any of the days named: no 30 February, which a walk would seek to the end of time."""
    if "BYMONTHDAY" not in parts:
        return True
    months = list(_numbers(parts["BYMONTH"])) if "BYMONTH" in parts else list(LONGEST_MONTH)
    return any(abs(day) <= LONGEST_MONTH[month] for month, day in product(months, _numbers(parts["BYMONTHDAY"])))


def _numbers(value: str) -> Iterator[int]:
    return (int(number) for number in value.split(","))
