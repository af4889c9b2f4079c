"""When to try another machine again, and what its answer means for what was sent."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from django.conf import settings

SHORTEST_WAIT = timedelta(seconds=5)
FIRST_WAIT = timedelta(seconds=5)
WORD_OF_IT = timedelta(
    seconds=settings.MAIL_LEASE / 2
)  # within which a service that gave no answer tells by its events what it has taken
LONGEST_WAIT = timedelta(hours=6)
LONGEST_ASKED = timedelta(hours=6)


class Fate(Enum):
    RETRY = "retry"
    GIVE_UP = "give up"
    SUPPRESS = "suppress"


@dataclass(frozen=True)
class Verdict:
    """`wait` is what the service asked for; `counts` is false where the refusal says nothing about the message.

    `may_have_gone` where there was no answer: another try must leave time for word of the first.
    """

    fate: Fate
    words: str
    wait: timedelta | None = None
    counts: bool = True
    may_have_gone: bool = False

    def pause(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts: as long as was asked for, else what backing off comes to."""
        if self.wait is not None:
            return _jittered(max(self.wait, SHORTEST_WAIT))
        return max(back_off(attempts), _jittered(WORD_OF_IT)) if self.may_have_gone else back_off(attempts)


def back_off(attempts: int) -> timedelta:
    """Doubles from ten seconds to six hours, with up to a fifth of jitter."""
    wait: timedelta = min(FIRST_WAIT * 2**attempts, LONGEST_WAIT)
    return _jittered(wait)


def wait_asked_for(headers: Any, at: datetime, *, reset: str = "") -> timedelta | None:
    """How long a service asks to be left alone: Retry-After in seconds or as a date, or its own header that names a moment."""
    later, moment = (str(headers.get(name) or "").strip() if headers and name else "" for name in ("Retry-After", reset))
    if later.isascii() and later.isdigit():
        return min(timedelta(seconds=min(int(later[:9]), 86400)), LONGEST_ASKED)
    until = _moment(later) if later else _epoch(moment)
    return min(max(until - at, timedelta(0)), LONGEST_ASKED) if until else None


def _jittered(wait: timedelta) -> timedelta:
    return wait * random.uniform(1, 1.2)  # noqa: S311  (jitter, not a secret)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _epoch(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text), tz=UTC) if text.isascii() and text.isdigit() and len(text) <= 10 else None
