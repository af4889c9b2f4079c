"""`python -m tests.benchmarks.reports [ROWS]`: CPU of each report over five years of expenses, on PostgreSQL behind gunicorn."""

import sys

from tests.benchmarks.__main__ import database, machinery
from tests.benchmarks.meters import measure
from tests.benchmarks.web import Web, web

ROWS, TIMES, WARM_UP = 100_000, 100, 10
MONTH, YEAR = "from=2026-06-01&to=2026-06-30", "from=2025-07-01&to=2026-06-30"
WORK = (
    ("for comparison: one account", "/api/v1/accounts/?page_size=1"),
    ("for comparison: a page without a query", "/menu/"),
    ("a month by category", f"/api/v1/reports/expenses/?{MONTH}"),
    ("a month by category, page", "/reports/categories/?since=2026-06-01&until=2026-06-30"),
    ("a month by payee", f"/api/v1/reports/expenses/?{MONTH}&by=payee"),
    ("a month by tag", f"/api/v1/reports/expenses/?{MONTH}&by=tag"),
    ("a month by day", f"/api/v1/reports/expenses/?{MONTH}&by=day"),
    ("a month's profit and loss", f"/api/v1/reports/profit-and-loss/?{MONTH}"),
    ("a month's budgets, 30 of them", f"/api/v1/reports/budgets/?{MONTH}"),
    ("a month's net worth, by day", f"/api/v1/reports/net-worth/?{MONTH}"),
    ("a year by category", f"/api/v1/reports/expenses/?{YEAR}"),
    ("a year by month", f"/api/v1/reports/expenses/?{YEAR}&by=month"),
    ("a year's net worth, by month", f"/api/v1/reports/net-worth/?{YEAR}"),
)


def main(arguments: list[str]) -> int:
    rows = int(arguments[0]) if arguments else ROWS
    with machinery():
        from tests.benchmarks import book  # noqa: PLC0415  (models exist once Django is set up)

        key, session = book.build(rows)
        print(f"{rows:,} expenses\n| report | web CPU ms | database CPU ms | both |\n| --- | --- | --- | --- |", flush=True)
        with web(key, session) as served:
            for name, path in WORK:
                _look_at(served, name, path)
    return 0


def _look_at(served: Web, name: str, path: str) -> None:
    def once() -> None:
        served.ask("GET", path)

    for _ in range(WARM_UP):
        once()
    reading = measure(once, times=TIMES, web=served.pid, database=database)
    both = reading.web + reading.database
    print(f"| {name} | {reading.web:.1f} | {reading.database:.1f} | {both:.1f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
