"""The tests: `python -m scripts.test` runs all parts, `python -m scripts.test sqlite` one."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from scripts.derby import derby
from scripts.prism import prism
from scripts.servers import CannotProvideError, mariadb, need, postgres, redis

APART = ("journeys", "programs", "benchmarks")
SUITE = ["tests", *(f"--ignore=tests/{name}" for name in APART), "-n", "2", "--dist", "loadgroup"]
OUTSIDE = ("DATABASE_URL", "REDIS_URL", "SENDGRID_API_KEY", "STORAGE_URL", "VAR_DIR", "DJANGO_SETTINGS_MODULE")


def on_sqlite() -> int:
    """Needs nothing but Python. Coverage is measured here; its floor stands in pyproject.toml."""
    return _pytest([*SUITE, "--cov", "--cov-report=term:skip-covered"])


def on_postgres() -> int:
    """The same suite, on PostgreSQL and Redis."""
    with postgres() as database_url, redis() as redis_url:
        return _pytest(SUITE, DATABASE_URL=database_url, REDIS_URL=redis_url)


def on_mariadb() -> int:
    """The same suite, on MariaDB."""
    with mariadb() as database_url:
        return _pytest(SUITE, DATABASE_URL=database_url)


def on_db2() -> int:
    """The suite through IBM's driver, on Derby behind a translator, but for what tests/databases/cannot.py lists."""
    with derby() as database_url:
        return _pytest(SUITE, DATABASE_URL=database_url)


def journeys() -> int:
    """A person's way through the product, in Chromium, against the program as `make run` starts it."""
    return _pytest(["tests/journeys"], CHROMIUM=need(lambda: shutil.which("chromium"), "chromium"))


def programs() -> int:
    """What other people's programs say of the files and messages that we write for them."""
    return _pytest(["tests/programs"], HLEDGER=need(lambda: shutil.which("hledger"), "hledger"), PRISM=prism())


PARTS: dict[str, Callable[[], int]] = {
    "sqlite": on_sqlite,
    "postgres": on_postgres,
    "journeys": journeys,
    "programs": programs,
    "mariadb": on_mariadb,
    "db2": on_db2,
}


def _pytest(arguments: list[str], **services: str) -> int:
    """Run pytest with the outside services named here and no others, whatever the shell has set."""
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    with tempfile.TemporaryDirectory(prefix="tillbook-test-") as var_dir:
        env = kept | services | {"VAR_DIR": var_dir}
        return subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], env=env, check=False).returncode


def _timed(name: str) -> int:
    print(f"== {name}", flush=True)
    began = time.monotonic()
    code = PARTS[name]()
    print(f"== {name} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return code


def main(wanted: list[str]) -> int:
    if unknown := [name for name in wanted if name not in PARTS]:
        print(f"There is no test part called {unknown[0]}. There are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers stop with us
    try:
        failed = [name for name in wanted or PARTS if _timed(name)]
    except CannotProvideError as reason:
        print(reason, file=sys.stderr)
        return 1
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
