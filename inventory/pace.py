"""How fast products sell: the average of the last four weeks, without the days on which there was nothing to sell."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Business
from inventory.cover import DAYS, WEEK
from inventory.models import Product, StockMovement
from inventory.queries.products import SALES, days_known

DAY = timedelta(days=1)
NONE = Decimal(0)


@dataclass(frozen=True)
class Pace:
    """What was sold on `days` days on which it could be sold."""

    sold: Decimal
    days: int

    def over(self, days: int) -> Decimal:
        """What sells in so many days."""
        return self.sold * days / self.days

    def lasts(self, quantity: Decimal) -> int:
        """For how many whole days a quantity is enough."""
        return max(int(quantity * self.days / self.sold), 0)


def get_paces(*, products: Sequence[Product], business: Business, today: date) -> dict[int, Pace]:
    """By product, each `with_stock`; nothing of those that did not sell. One query, whatever their number.

    The `DAYS` days before today count, or for a newer product those since it is known. Days on which it stood at nothing in the
    morning and in the evening, and none was sold, do not. Fewer than a week are taken for a week: two days make no pace.
    """
    first = today - timedelta(days=DAYS)
    moved = _moved(products, business, first)
    found = {}
    for product in products:
        known = today - timedelta(days=min(max(days_known(product, business, today), WEEK), DAYS))
        pace = _pace(product.total_on_hand, moved[product.pk], known, today)  # type: ignore[attr-defined]
        if pace:
            found[product.pk] = pace
    return found


@dataclass
class _Day:
    net: Decimal = NONE
    sold: Decimal = NONE


Moved = defaultdict[date, _Day]


def _moved(products: Sequence[Product], business: Business, first: date) -> dict[int, Moved]:
    moved: dict[int, Moved] = {product.pk: defaultdict(_Day) for product in products}
    since = business.days(first, first).since
    rows = StockMovement.objects.filter(product__in=list(moved), occurred_at__gte=since).order_by()
    for pk, on, kind, total in rows.values_list("product_id", "occurred_on", "kind").annotate(Sum("quantity")):
        day = moved[pk][on]
        day.net += total
        day.sold -= total if kind in SALES else NONE
    return moved


def _pace(on_hand: Decimal, moved: Mapping[date, _Day], first: date, today: date) -> Pace | None:
    """Walks back from what is on hand now."""
    sold, days, evening = NONE, 0, on_hand
    for on in sorted((on for on in moved if on >= today), reverse=True):
        evening -= moved[on].net
    on = today - DAY
    while on >= first:
        day = moved.get(on) or _Day()
        morning = evening - day.net
        if morning > 0 or evening > 0 or day.sold > 0:
            sold, days = sold + day.sold, days + 1
        evening, on = morning, on - DAY
    return Pace(sold, max(days, WEEK)) if sold > 0 else None
