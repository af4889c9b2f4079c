"""What stock was worth and its reports, asked of a million movements, on a private PostgreSQL.

`python -m tests.benchmarks valuation`. BENCH_MOVEMENTS and BENCH_PRODUCTS say how many; BENCH_METHOD is average or fifo.
A hundredth of the products live through their years in the application; the database copies them. Each line: SQL, CPU seconds of
program and database together, and seconds by the clock, the best of some rounds.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from scripts.servers import postgres
from tests.benchmarks.meters import cpu_seconds, servers_below

MOVEMENTS = int(os.environ.get("BENCH_MOVEMENTS", "1000000"))
PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "10000"))
METHOD = os.environ.get("BENCH_METHOD", "average")
COPIES = 100
YEARS = 3
FAR = 100_000_000  # between the ids of one copy and the next
ROUNDS = 2
ASKED = {
    "stock_value": [{"by": "product"}, {"by": "category"}, {"by": "location"}],
    "movements": [{"by": "product"}, {"by": "category"}, {"by": "location"}],
    "idle_stock": [{}],
    "shrinkage": [{"by": "reason"}],
    "sell_through": [{"by": "product"}, {"by": "supplier"}],
}


def timed(label: str, work: Callable[[], Any], *, rounds: int = ROUNDS) -> Any:
    from django.db import connection, reset_queries  # noqa: PLC0415  (needs a Django that is set up)

    servers, walls, cpus = servers_below(os.getpid(), "postgres"), [], []
    for _ in range(rounds):
        reset_queries()
        began, used = time.monotonic(), time.process_time() + cpu_seconds(servers)
        found = work()
        walls.append(time.monotonic() - began)
        cpus.append(time.process_time() + cpu_seconds(servers) - used)
    print(f"| {label} | {len(connection.queries)} | {min(cpus):.2f} | {min(walls):.2f} |", flush=True)
    return found


def movements(owner: Any, products: list[int], places: list[Any], now: Any) -> Iterator[Any]:
    """Of each product in turn: ten come at a cost of their own, eight are sold, one breaks and one is found, over the years."""
    from inventory.models import StockMovement  # noqa: PLC0415

    kinds = ["received", *["sold"] * 7, "taken", "adjusted", "sold", "sold"]
    count = MOVEMENTS // COPIES
    span = timedelta(days=365 * YEARS) / count
    for number in range(count):
        turn = number // len(products)
        kind = kinds[turn % len(kinds)]
        at = now - timedelta(days=365 * YEARS) + span * number
        place = places[turn // len(kinds) % len(places)]
        yield StockMovement(
            business=owner.business, product_id=products[number % len(products)], location=place,
            kind=kind, quantity=Decimal({"received": 10, "adjusted": 1}.get(kind, -1)),
            unit_cost=Decimal(number % 97 + 1) if kind == "received" else None, occurred_at=at, occurred_on=at.date(),
            recorded_at=at, moved_by=owner, reason={"taken": "Broken", "adjusted": "Found"}.get(kind, ""),
        )  # fmt: skip


def build() -> Any:
    from django.db.models import Sum  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from accounts.services.businesses import create_business  # noqa: PLC0415
    from inventory.models import Category, Location, MovementCost, Product, StockLevel, StockMovement  # noqa: PLC0415
    from inventory.services.costs import recost_all  # noqa: PLC0415

    now = timezone.now()
    user = User.objects.create_user("bench@shop.example", "not a secret")
    owner = create_business(name="Bench", owner=user, at=now, via="benchmark")
    owner.business.valuation = METHOD
    owner.business.save()
    store = Location.objects.create(business=owner.business, name="Store")
    places = [Location.objects.get(business=owner.business, is_default=True), store]
    shelves = [Category.objects.create(business=owner.business, name=f"Category {n}") for n in range(20)]
    things = [
        Product(
            business=owner.business, name=f"Thing {n}", sku=f"SKU-{n}", price=Decimal(5), created_at=now,
            category=shelves[n % len(shelves)],
        )
        for n in range(PRODUCTS // COPIES)
    ]  # fmt: skip
    made = Product.objects.bulk_create(things)
    StockMovement.objects.bulk_create(movements(owner, [product.pk for product in made], places, now), batch_size=5000)
    sums = StockMovement.objects.order_by().values_list("product_id", "location_id").annotate(total=Sum("quantity"))
    StockLevel.objects.bulk_create([StockLevel(product_id=pk, location_id=at, on_hand=total) for pk, at, total in sums])
    recost_all(business=owner.business)
    copy(Product, "id", also={"sku": "sku || '-' || n", "name": "name || ' ' || n"})
    copy(StockMovement, "id", "product_id", order="occurred_at, id, n")
    copy(MovementCost, "movement_id", "product_id", order="at, movement_id, n")
    copy(StockLevel, "id", "product_id")
    return owner


def copy(model: Any, *ids: str, also: dict[str, str] | None = None, order: str = "n") -> None:
    """Every row again, as many times as there are to be copies, with other ids, in the order in which time wrote them."""
    from django.db import connection  # noqa: PLC0415

    other = {column: f"{column} + n::bigint * {FAR}" for column in ids} | (also or {})
    columns = [field.column for field in model._meta.local_concrete_fields]
    chosen = ", ".join(other.get(column, column) for column in columns)
    table = model._meta.db_table
    rows = f"SELECT {chosen} FROM {table}, generate_series(1, {COPIES - 1}) AS n ORDER BY {order}"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {rows}")


def ask(owner: Any, today: Any) -> None:
    from inventory.queries.valuation import get_stock_value, get_valuation  # noqa: PLC0415
    from inventory.queries.worth import get_held  # noqa: PLC0415
    from portal.reports import spans  # noqa: PLC0415
    from portal.reports.kinds import REPORTS, Asked  # noqa: PLC0415

    business = owner.business
    for days in (0, 100, 500, 1000):
        day = today - timedelta(days=days)
        timed(f"each product's value, as of {days} days ago (API)", lambda day=day: get_valuation(business=business, as_of=day))
        timed(
            f"the same as plain figures, as of {days} days ago",
            lambda day=day: get_held(business=business, before=business.days(day, day).until),
        )
    timed("the total alone, now", lambda: get_stock_value(business=business))
    periods = spans.named(today)
    for name, options in ASKED.items():
        for chosen in options:
            for period in ("last-month", "12-months"):
                label = ", ".join([REPORTS[name].label, *chosen.values(), period])
                asked = Asked(owner, periods[period], today, chosen)
                timed(label, lambda name=name, asked=asked: REPORTS[name].build(asked))


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from inventory.models import MovementCost  # noqa: PLC0415
    from inventory.services.cost_proof import find_wrong_costs  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    owner = timed(f"{MOVEMENTS:,} movements of {PRODUCTS:,} products built", build, rounds=1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself, a while later
    print(f"{MovementCost.objects.count():,} rows of costs, by {METHOD}", flush=True)
    connection.force_debug_cursor = True
    ask(owner, timezone.now().date())
    connection.force_debug_cursor = False
    if os.environ.get("BENCH_PROOF"):
        assert not timed("proved against the ledger", lambda: find_wrong_costs(business=owner.business), rounds=1)


def run() -> None:
    with postgres() as url:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings.test")
        main()


if __name__ == "__main__":
    run()
