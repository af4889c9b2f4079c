"""What an error of the mail service means for the message: try again, give up, or write to the address no more."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

from python_http_client.exceptions import HTTPError

from common.retries import Fate, Verdict, wait_asked_for

ALL_RIGHT_LATER = {401, 403, 404, 408, 409, 425, 429}  # a key, a sender or a limit to be mended; the message is sound
OUR_FAULT = {401, 403, 404}
BETWEEN = {502, 504}  # a machine before the mail service had no answer of it
TO_BE_MENDED = timedelta(minutes=15)
RECIPIENT = re.compile(r"^personalizations\.\d+\.to\b")


def judge(error: Exception, *, at: datetime) -> Verdict:
    """Sort whatever sending raised. What is not known to be final is tried again: a lost message is worse than a late one."""
    if not isinstance(error, HTTPError):
        return Verdict(Fate.RETRY, repr(error), may_have_gone=True)  # no answer, or half of one
    status, words = int(error.status_code), _words(error)
    if status >= 500 or status in ALL_RIGHT_LATER:
        ours = status in OUR_FAULT
        wait = TO_BE_MENDED if ours else wait_asked_for(error.headers, at, reset="X-RateLimit-Reset")
        unknown = status in BETWEEN
        return Verdict(Fate.RETRY, words, wait=wait, counts=not ours and status != 429, may_have_gone=unknown)
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
