"""`make bench`: CPU per request of the daily work on PostgreSQL, beside a bare view and the same SQL by hand, in one run."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import django
from django.conf import settings
from django.core.management import call_command

from scripts.servers import postgres, redis
from tests.benchmarks import report
from tests.benchmarks.meters import measure, servers_below
from tests.benchmarks.web import Web, web
from tests.benchmarks.work import Work, daily_work, searches

TIMES = int(os.environ.get("BENCH_TIMES", "200"))
WARM_UP = 20


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


def main() -> int:
    with machinery() as url:
        from tests.benchmarks import by_hand, memory, shop  # noqa: PLC0415  (models exist once Django is set up)

        made = shop.build()
        lines: list[report.Line] = []

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
        report.write(lines, held)
    return 0


if __name__ == "__main__":
    sys.exit(main())
