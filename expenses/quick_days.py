"""Days as people type them: today, yesterday, monday, 3 nov, 03/11, 2026-11-03."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from expenses.periods import FIRST_DAY, LAST_DAY

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
SHORTEST = 3
NEAR = 10  # years: in "3 nov 2500" the last number is an amount
DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", re.IGNORECASE)
YEAR = re.compile(r"[0-9]{4}")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?")
DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})?")  # with its second dot: 3.11 is an amount
DASHED = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4}|[0-9]{2})")


def day_of(words: Sequence[str], today: date, *, month_first: bool = False) -> date | None:
    """The day that all these words name together, or None. Without a year it is the last such day up to today."""
    if len(words) == 1:
        return _said(words[0].casefold(), today) or _in_figures(words[0], today, month_first=month_first)
    if len(words) == 2 and words[0].casefold() == "last":
        return _weekday(words[1].casefold(), today - timedelta(days=1))
    return _spelled(words, today)


def _said(word: str, today: date) -> date | None:
    if word == "today":
        return today
    if word == "yesterday":
        return today - timedelta(days=1)
    return _weekday(word, today)


def _weekday(word: str, latest: date) -> date | None:
    """Monday is the last one up to a day."""
    index = _index(word, WEEKDAYS)
    return latest - timedelta(days=(latest.weekday() - index) % 7) if index is not None else None


def _spelled(words: Sequence[str], today: date) -> date | None:
    """3 nov, nov 3, 3 november 2026."""
    year = words[2] if len(words) == 3 else ""
    if len(words) == 3 and not (YEAR.fullmatch(year) and abs(int(year) - today.year) <= NEAR):
        return None
    for day, month in ((words[0], words[1]), (words[1], words[0])):
        found, index = DAY.fullmatch(day), _index(month.casefold().rstrip("."), MONTHS)
        if found and index is not None:
            return _date(year, index + 1, int(found[1]), today)
    return None


def _in_figures(word: str, today: date, *, month_first: bool) -> date | None:
    if found := ISO.fullmatch(word):
        return _date(found[1], int(found[2]), int(found[3]), today)
    if found := DOTTED.fullmatch(word):
        return _date(found[3] or "", int(found[2]), int(found[1]), today)
    found = SLASHED.fullmatch(word) or DASHED.fullmatch(word)
    if not found:
        return None
    day, month = (int(found[2]), int(found[1])) if month_first else (int(found[1]), int(found[2]))
    return _date(found[3] or "", month, day, today)


def _index(word: str, names: Sequence[str]) -> int | None:
    """Which name a word begins, with at least three letters of it."""
    if len(word) < SHORTEST:
        return None
    return next((index for index, name in enumerate(names) if name.startswith(word)), None)


def _date(year: str, month: int, day: int, today: date) -> date | None:
    if year:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    days = (_valid(today.year - back, month, day) for back in range(9))  # a 29 February may be eight years off
    return next((found for found in days if found and found <= today), None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None
