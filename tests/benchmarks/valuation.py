"""What stock was worth, asked of a million movements: `python -m tests.benchmarks.valuation`, on a private PostgreSQL.

BENCH_MOVEMENTS and BENCH_PRODUCTS say how many; BENCH_METHOD is average or fifo.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from scripts.servers import postgres

MOVEMENTS = int(os.environ.get("BENCH_MOVEMENTS", "1000000"))
PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "10000"))
METHOD = os.environ.get("BENCH_METHOD", "average")
YEARS = 3
BATCH = 5000
ROUNDS = 5


def timed(label: str, work: Callable[[], Any]) -> Any:
    from django.db import connection, reset_queries  # noqa: PLC0415  (needs a Django that is set up)

    reset_queries()
    began = time.monotonic()
    found = work()
    print(f"{label}: {time.monotonic() - began:.3f} s, {len(connection.queries)} SQL", flush=True)
    return found


def movements(owner: Any, products: list[int], place: Any, now: Any) -> Any:
    """Of each product in turn: ten come at a cost of their own, then nine sales of one, over the years."""
    from inventory.models import StockMovement  # noqa: PLC0415

    span = timedelta(days=365 * YEARS) / MOVEMENTS
    for number in range(MOVEMENTS):
        turn = number // len(products) % 10
        at = now - timedelta(days=365 * YEARS) + span * number
        yield StockMovement(
            business=owner.business, product_id=products[number % len(products)], location=place,
            kind="sold" if turn else "received", quantity=Decimal(-1 if turn else 10),
            unit_cost=None if turn else Decimal(number % 97 + 1), occurred_at=at, occurred_on=at.date(), recorded_at=at,
            moved_by=owner,
        )  # fmt: skip


def build() -> Any:
    from django.db.models import Sum  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from accounts.services.businesses import create_business  # noqa: PLC0415
    from common.db import batched  # noqa: PLC0415
    from inventory.models import Location, Product, StockLevel, StockMovement  # noqa: PLC0415

    now = timezone.now()
    user = User.objects.create_user("bench@shop.example", "not a secret")
    owner = create_business(name="Bench", owner=user, at=now, via="benchmark")
    owner.business.valuation = METHOD
    owner.business.save()
    place = Location.objects.get(business=owner.business)
    made = Product.objects.bulk_create(
        [
            Product(business=owner.business, name=f"Thing {n}", sku=f"SKU-{n:06d}", price=Decimal(5), created_at=now)
            for n in range(PRODUCTS)
        ],
        batch_size=BATCH,
    )
    for part in batched(movements(owner, [product.pk for product in made], place, now), BATCH):
        StockMovement.objects.bulk_create(part)
    sums = dict(StockMovement.objects.order_by().values_list("product_id").annotate(Sum("quantity")))
    StockLevel.objects.bulk_create([StockLevel(product=p, location=place, on_hand=sums.get(p.pk, 0)) for p in made])
    return owner


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from inventory.queries.valuation import get_stock_value, get_valuation  # noqa: PLC0415
    from inventory.services.cost_proof import find_wrong_costs  # noqa: PLC0415
    from inventory.services.costs import recost_all  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    owner = timed(f"{MOVEMENTS:,} movements of {PRODUCTS:,} products written", build)
    business, today = owner.business, timezone.now().date()
    timed(f"costed from the ledger, {METHOD}", lambda: recost_all(business=business))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself, a while later
    connection.force_debug_cursor = True
    for days in (0, 100, 500, 1000):
        for _ in range(ROUNDS - 3):
            timed(
                f"as of {days} days ago", lambda days=days: get_valuation(business=business, as_of=today - timedelta(days=days))
            )
    for _ in range(ROUNDS):
        timed("the total alone, now", lambda: get_stock_value(business=business))
    connection.force_debug_cursor = False
    wrong = timed("proved against the ledger", lambda: find_wrong_costs(business=business))
    assert not wrong


if __name__ == "__main__":
    with postgres() as url:
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings.test")
        main()
