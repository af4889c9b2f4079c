"""Cells as people write them: numbers, dates and yes or no, or a sentence about what is wrong."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common.errors import InvalidInput

PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
MONEY_SIGNS = re.compile(r"^([+-]?)[£$€¥]\s*|\s*[£$€¥%]$")
SPACES = re.compile(r"[\s'’]")
YES = {"yes", "y", "true", "1", "on", "active", "ja", "oui", "x"}
NO = {"no", "n", "false", "0", "off", "inactive", "nein", "non"}
DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m.%d.%Y", "%m-%d-%y")
NAMED = ("%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d %b %y", "%d-%b-%y")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
MONTH_FIRST_COUNTRIES = {"US"}
LONGEST = 40
TOO_LARGE = Decimal(10) ** 12
EARLIEST_YEAR = 1900


class BadCell(InvalidInput):
    code = "bad_cell"


def number(text: str, *, field: str, decimal_comma: bool = False) -> Decimal:
    """A number such as 1,234.50, £12 or, with a decimal comma, 1.234,50. Never a guess between the two."""
    plain = MONEY_SIGNS.sub(r"\1", SPACES.sub("", text).replace("−", "-"))
    if decimal_comma:
        plain = plain.replace(".", "\0").replace(",", ".").replace("\0", ",")
    if len(plain) > LONGEST or not (PLAIN.fullmatch(plain) or GROUPED.fullmatch(plain)):
        raise BadCell(f"“{_short(text)}” is not a number.", field=field)
    found = Decimal(plain.replace(",", ""))
    if abs(found) >= TOO_LARGE:
        raise BadCell(f"“{_short(text)}” is larger than can be kept.", field=field)
    return found


def yes(text: str, *, field: str) -> bool:
    word = text.strip().casefold()
    if word not in YES | NO:
        raise BadCell(f"“{_short(text)}” is neither yes nor no.", field=field)
    return word in YES


@lru_cache(maxsize=4096)
def moment(text: str, *, zone: str, field: str, month_first: bool = False) -> datetime:
    """A date, with or without a time, on the clock of `zone`; a date alone is its noon. In UTC."""
    found = _iso(text) or _written(text, month_first=month_first)
    if found is None:
        raise BadCell(f"“{_short(text)}” is not a date. Write it as 2026-03-31 or 2026-03-31 14:05.", field=field)
    if found.year < EARLIEST_YEAR:
        raise BadCell(f"“{_short(text)}” lies before {EARLIEST_YEAR}.", field=field)
    if found.tzinfo is None:
        found = found.replace(tzinfo=_zone(zone))
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise BadCell(f"“{_short(text)}” lies outside all calendars.", field=field) from error


@lru_cache(maxsize=8192)
def day(text: str, *, field: str, month_first: bool = False) -> date:
    """A date as it is written; a time behind it, in whatever zone, does not move it to another day."""
    found = _iso(text) or _named(text) or _written(text, month_first=month_first)
    if found is None:
        raise BadCell(f"“{_short(text)}” is not a date. Write it as 2026-03-31.", field=field)
    return found.date()


def text(value: str, *, field: str, longest: int) -> str:
    if len(value) > longest:
        raise BadCell(f"“{_short(value)}” is longer than {longest} characters.", field=field)
    return value


def check_email(text: str, *, field: str = "email") -> None:
    """Nothing, or an address that mail can be sent to."""
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise BadCell(f"“{text[:60]}” is not an email address.", field=field) from error


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(hour=12) if len(text) <= len("2026-03-31") else found


def _written(text: str, *, month_first: bool) -> datetime | None:
    for day in MONTH_FIRST if month_first else DAY_FIRST:
        for clock in CLOCKS:
            try:
                found = datetime.strptime(text, day + clock)  # noqa: DTZ007  (its zone is added by the caller)
            except ValueError:
                continue
            return found if clock else found.replace(hour=12)
    return None


def _named(text: str) -> datetime | None:
    for form in NAMED:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  (only its day is wanted)
        except ValueError:
            continue
    return None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
