"""So many requests a second for each API key or person: a fixed window, counted in the cache."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class KeyThrottle(BaseThrottle):
    until: float = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        most, seconds = _rate()
        window = int(time.time() // seconds)
        self.until = (window + 1) * seconds
        name = f"throttle:{_who(request, self)}:{window}"
        cache.add(name, 0, timeout=2 * seconds)
        try:
            return bool(cache.incr(name) <= most)
        except ValueError:  # it fell out of the cache between the two calls
            return True

    def wait(self) -> float:
        return max(0.0, self.until - time.time())


def _rate() -> tuple[int, int]:
    rates: dict[str, str] = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]  # type: ignore[assignment]
    most, _, period = rates["key"].partition("/")
    return int(most), SECONDS[period[0]]


def _who(request: Request, throttle: BaseThrottle) -> str:
    if request.auth:
        return f"key-{request.auth.pk}"
    return f"user-{request.user.pk}" if request.user.is_authenticated else f"address-{throttle.get_ident(request)}"
