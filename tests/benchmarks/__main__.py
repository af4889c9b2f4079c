"""`make bench`: CPU per request of the daily work on PostgreSQL, beside a bare view and the same SQL by hand, in one run.

`python -m tests.benchmarks shop` or `… books` does only one of the two;
`… valuation` asks a million movements what stock was worth.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import django
from django.conf import settings
from django.core.management import call_command

from scripts.servers import postgres, redis
from tests.benchmarks import report, valuation
from tests.benchmarks.meters import measure, servers_below
from tests.benchmarks.web import Web, web
from tests.benchmarks.work import Work, daily_work, searches

TIMES = int(os.environ.get("BENCH_TIMES", "200"))
WARM_UP = 20
BOOKS = tuple(int(count) for count in os.environ.get("BENCH_BOOKS", "100000,1000000").split(","))


@contextmanager
def machinery() -> Iterator[str]:
    """PostgreSQL, Redis and a folder of their own, and Django set up on them."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres())
        os.environ |= {
            "DATABASE_URL": url,
            "REDIS_URL": stack.enter_context(redis()),
            "VAR_DIR": stack.enter_context(tempfile.TemporaryDirectory(prefix="tillbook-bench-")),
            "DJANGO_SETTINGS_MODULE": "tracker.settings.dev",
            "API_THROTTLE": "100000/s",
            "LOG_LEVEL": "WARNING",
        }
        django.setup()
        settings.ALLOWED_HOSTS.append("localhost")
        call_command("migrate", verbosity=0)
        yield url


def database() -> list[int]:
    return servers_below(os.getpid(), "postgres")


def looker(url: str, lines: list[report.Line]) -> Callable[[Web, Work], None]:
    """Measures one work after another, prints what it came to and keeps it in `lines`."""
    from tests.benchmarks import by_hand, shop  # noqa: PLC0415  (models exist once Django is set up)

    def look_at(served: Web, work: Work) -> None:
        def once() -> None:
            served.ask(work.method, work.path, work.body())

        for _ in range(WARM_UP):
            once()
        reading = measure(once, times=TIMES, web=served.pid, database=database)
        statements = by_hand.sql_of(served, work.method, work.path, work.body())
        hand = by_hand.replay(statements, url=url, times=TIMES, database=database)
        line = report.Line(work.name, shop.count(), hand.queries, reading.web, reading.database, hand.cpu_ms, reading.wall)
        lines.append(line)
        print(line.row(), flush=True)

    return look_at


def the_shop(look_at: Callable[[Web, Work], None]) -> dict[str, float]:
    """Returns what the whole system holds in memory after it."""
    from tests.benchmarks import memory, shop  # noqa: PLC0415

    made = shop.build()
    with web(made.key, made.session) as served:
        print(report.head(), flush=True)
        for work in daily_work(served, made.products):
            look_at(served, work)
        shop.grow(made)
        served.connection.close()  # it has waited too long; the next request opens another
        print(report.head(), flush=True)
        for work in searches("sku-077777", "tall oak"):
            look_at(served, work)
        held = memory.of_the_system(served.pid)
    print("\nMemory, MiB: " + ", ".join(f"{name} {mib:.0f}" for name, mib in held.items()))
    return held


def the_books(look_at: Callable[[Web, Work], None]) -> None:
    from tests.benchmarks import books, books_work  # noqa: PLC0415

    for count in BOOKS:
        made = books.build(count)
        with web(made.key, made.session) as served:
            print(report.head(), flush=True)
            for work in books_work.books_work(served, made):
                look_at(served, replace(work, name=f"{work.name}, {count:,} expenses"))


def main(parts: list[str]) -> int:
    if "valuation" in parts:
        valuation.run()
        return 0
    with machinery() as url:
        lines: list[report.Line] = []
        look_at, held = looker(url, lines), dict[str, float]()
        if "shop" in parts or not parts:
            held = the_shop(look_at)
        if "books" in parts or not parts:
            the_books(look_at)
        report.write(lines, held)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
