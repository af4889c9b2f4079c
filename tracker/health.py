"""Whether this process lives, and whether what it depends on answers."""

import secrets
import tempfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

QUICK_SECONDS = 2


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of anything else, so that a slow database restarts no web process."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Each dependency with its state; 503 while one that every request needs is down."""
    states = {name: _state(check) for name, check in NEEDED.items()}
    is_ready = all(state == "ok" for state in states.values())
    body = {"status": "ok" if is_ready else "unavailable", "dependencies": states | {"email": _email()}}
    return JsonResponse(body, status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception:  # noqa: BLE001  (whatever a driver raises, the answer is a state and never a 500)
        return "down"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1{connection.features.bare_select_suffix}")
        cursor.fetchone()


def _cache() -> None:
    token = secrets.token_hex(8)
    cache.set(f"health-{token}", token, timeout=QUICK_SECONDS)
    if cache.get(f"health-{token}") != token:
        raise LookupError


def _queue() -> None:
    if settings.REDIS_URL:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=QUICK_SECONDS, socket_connect_timeout=QUICK_SECONDS
        ) as broker:
            broker.ping()
        return
    folder = Path(settings.QUEUE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return


def _email() -> str:
    """How email leaves; not checked from here, since mail waits in its outbox while the service is away."""
    return "sendgrid" if settings.SENDGRID_API_KEY else "files"


NEEDED: dict[str, Callable[[], None]] = {"database": _database, "cache": _cache, "queue": _queue}
