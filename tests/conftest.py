"""What every test has: no N+1 in any request, no socket but loopback, a cache of its own, and no outside service."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from urllib.parse import urlencode

import hypothesis
import pytest
import time_machine
import zeal
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from tests.factories import NOW

pytest_plugins = ["tests.people", "tests.databases.cannot"]
UNHURRIED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}  # no test races the clock
hypothesis.settings.register_profile("tillbook", **UNHURRIED, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("tillbook")


@pytest.fixture(autouse=True)
def _cache_of_its_own() -> Iterator[None]:
    """Rate limits and counts of one test are not felt by the next."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def frozen_time(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """The clock stands at NOW; `frozen_time.shift(…)` and `move_to(…)` move it. Other processes have the true time."""
    if request.node.get_closest_marker("two_processes") or request.node.get_closest_marker("journey"):
        yield None
        return
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def no_n_plus_one() -> AbstractContextManager[None]:
    """For tasks and services: `with no_n_plus_one: …` raises on N+1. Requests are watched always."""
    return zeal.zeal_context()


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """The environment in which another process (`manage.py …`) meets this test's own database and files."""
    return os.environ | {
        "DATABASE_URL": _database_url(),
        "DJANGO_SETTINGS_MODULE": "tracker.settings.dev",
        "SECRET_KEY": settings.SECRET_KEY,
        "VAR_DIR": str(settings.VAR_DIR),
    }


def _database_url() -> str:
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{here['NAME']}"
    scheme = {"postgresql": "postgres", "mysql": "mysql", "DB2": here["ENGINE"]}[connection.vendor]
    address = f"{scheme}://{here['USER']}:{here['PASSWORD']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    return address + (f"?{urlencode(here['OPTIONS'])}" if connection.vendor == "DB2" else "")
