"""What an error of the mail service means for the message: try again, give up, or write to the address no more."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from python_http_client.exceptions import HTTPError

ALL_RIGHT_LATER = {401, 403, 404, 408, 409, 425, 429}  # a key, a sender or a limit to be mended; the message is sound
OUR_FAULT = {401, 403, 404}
TO_BE_MENDED = timedelta(minutes=15)
LONGEST_ASKED = timedelta(hours=6)
RECIPIENT = re.compile(r"^personalizations\.\d+\.to\b")


class Fate(Enum):
    RETRY = "retry"
    GIVE_UP = "give up"
    SUPPRESS = "suppress"


@dataclass(frozen=True)
class Verdict:
    """`wait` is what the service asked for; `counts` is false where the refusal says nothing about the message."""

    fate: Fate
    words: str
    wait: timedelta | None = None
    counts: bool = True


def judge(error: Exception, *, at: datetime) -> Verdict:
    """Sort whatever sending raised. What is not known to be final is tried again: a lost message is worse than a late one."""
    if not isinstance(error, HTTPError):
        return Verdict(Fate.RETRY, repr(error))  # no answer, or half of one: it may have been taken
    status, words = int(error.status_code), _words(error)
    if status >= 500 or status in ALL_RIGHT_LATER:
        ours = status in OUR_FAULT
        wait = TO_BE_MENDED if ours else _asked(error.headers, at)
        return Verdict(Fate.RETRY, words, wait=wait, counts=not ours and status != 429)
    fate = Fate.SUPPRESS if status == 400 and _blames_the_recipient(error) else Fate.GIVE_UP
    return Verdict(fate, words)


def _words(error: HTTPError) -> str:
    said = "; ".join(str(one.get("message", "")) for one in _errors(error)) or str(error.reason)
    return f"{error.status_code}: {said}"


def _blames_the_recipient(error: HTTPError) -> bool:
    return any(RECIPIENT.match(str(one.get("field") or "")) for one in _errors(error))


def _errors(error: HTTPError) -> list[dict[str, Any]]:
    try:
        body = json.loads(error.body)
    except (TypeError, ValueError):
        return []
    found = body.get("errors") if isinstance(body, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _asked(headers: Any, at: datetime) -> timedelta | None:
    """How long the service asks to be left alone: Retry-After in seconds or as a date, or SendGrid's X-RateLimit-Reset."""
    later, reset = (str(headers.get(name) or "").strip() if headers else "" for name in ("Retry-After", "X-RateLimit-Reset"))
    if later.isascii() and later.isdigit():
        return min(timedelta(seconds=min(int(later[:9]), 86400)), LONGEST_ASKED)
    moment = _moment(later) if later else _epoch(reset)
    return min(max(moment - at, timedelta(0)), LONGEST_ASKED) if moment else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _epoch(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), tz=UTC) if text.isascii() and text.isdigit() and len(text) <= 10 else None
