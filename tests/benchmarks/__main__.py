"""`make bench`: CPU per request of the daily work on PostgreSQL, beside a bare view and the same SQL by hand, in one run."""

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command

from scripts.servers import postgres, redis
from tests.benchmarks.meters import Reading, family, measure, memory_mib, servers_below
from tests.benchmarks.web import Web, web

TIMES = 200
FIRST_PAGE = "/api/v1/products/?page_size=50"
WARM_UP = 20
HEADINGS = ("work", "SQL", "web CPU ms", "database CPU ms", "wall ms", "SQL by hand, CPU ms")


@dataclass(frozen=True)
class Work:
    name: str
    method: str
    path: str
    body: Callable[[], object] = lambda: None


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


def last_page(served: Web) -> str:
    """The address of the last page of the product list, found as a program finds it: page after page."""
    path = FIRST_PAGE
    while following := served.ask("GET", path)["next"]:
        path = "?".join(urlsplit(following)[2:4])
    return path


def daily_work(served: Web, products: list[int]) -> list[Work]:
    turn = itertools.cycle(products)

    def sale() -> object:
        return {"lines": [{"product": next(turn), "quantity": "1"}]}

    def removal() -> object:
        return {"lines": [{"product": next(turn), "quantity": "-1"}], "reason": "broken"}

    return [
        Work("a bare view", "GET", "/healthz/live"),
        Work("product list, 50", "GET", FIRST_PAGE),
        Work("product list, the last 50", "GET", last_page(served)),
        Work("product search, one hit", "GET", "/api/v1/products/?search=sku-07777"),
        Work("low-stock list, 50", "GET", "/api/v1/products/?stock=low&page_size=50"),
        Work("one product", "GET", f"/api/v1/products/{products[77]}/"),
        Work("movements, 50", "GET", "/api/v1/movements/?page_size=50"),
        Work("stock removal", "POST", "/api/v1/stock/adjust/", removal),
        Work("sale of one line", "POST", "/api/v1/sales/", sale),
    ]


def row(work: Work, reading: Reading, hand: str, queries: str) -> str:
    cells = (work.name, queries, f"{reading.web:.1f}", f"{reading.database:.1f}", f"{reading.wall:.1f}", hand)
    return f"| {' | '.join(cells)} |"


def main() -> int:
    with machinery() as url:
        from tests.benchmarks import by_hand, shop  # noqa: PLC0415  (models exist once Django is set up)

        made = shop.build()

        def database() -> list[int]:
            return servers_below(os.getpid(), "postgres")

        print(f"| {' | '.join(HEADINGS)} |\n|{' --- |' * len(HEADINGS)}", flush=True)
        with web(made.key) as served:
            for work in daily_work(served, made.products):

                def once(work: Work = work) -> None:
                    served.ask(work.method, work.path, work.body())

                for _ in range(WARM_UP):
                    once()
                reading = measure(once, times=TIMES, web=served.pid, database=database)
                statements = by_hand.sql_of(made.key, work.method, work.path, work.body())
                hand = by_hand.replay(statements, url=url, times=TIMES, database=database)
                print(row(work, reading, f"{hand.cpu_ms:.1f}", str(hand.queries)), flush=True)
            print(f"\nMemory of the web process and its two workers: {memory_mib(family(served.pid)):.0f} MiB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
