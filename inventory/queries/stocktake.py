"""Counts: what is to be counted, what was, and what the books say to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Business
from common.fields import QUANTITY_STEP
from inventory.models import StockLevel, StockMovement, Stocktake, StocktakeCount, StocktakeLine
from inventory.models.stock_level import StockLevelQuerySet
from inventory.models.stocktake import StocktakeQuerySet

ZERO = Decimal(0)
LATELY = 12


@dataclass(frozen=True)
class Compared:
    """A counted product beside the books. Worth is in the business's money; the sign is that of the variance."""

    line: StocktakeLine
    expected: Decimal
    variance: Decimal
    worth: Decimal


@dataclass(frozen=True)
class Sums:
    """What a count comes to: what was found too much and what is missing, in money."""

    lines: int
    differing: int
    over: Decimal
    short: Decimal

    @property
    def net(self) -> Decimal:
        return self.over + self.short


def get_stocktakes(business: Business) -> StocktakeQuerySet:
    counted = Count("lines", filter=Q(lines__counted__isnull=False))
    rows = Stocktake.objects.for_business(business).select_related("location", "category", "started_by__user", "ended_by__user")
    return rows.annotate(counted=counted)


def get_latest_counts(stocktake: Stocktake) -> list[StocktakeCount]:
    rows = StocktakeCount.objects.filter(line__stocktake=stocktake)
    return list(rows.select_related("line__product", "counted_by__user").order_by("-pk")[:LATELY])


def get_recounts(stocktake: Stocktake) -> list[StocktakeLine]:
    """What was counted and does not hold: to be counted anew."""
    return list(stocktake.lines.filter(counted=None).select_related("product").order_by("product__name", "pk"))


def get_uncounted(stocktake: Stocktake) -> StockLevelQuerySet:
    """Shelves of this count on which something should lie, and that nobody has counted."""
    shelves = StockLevel.objects.for_business(stocktake.business).filter(location=stocktake.location_id)
    shelves = shelves.filter(product__is_active=True, product__is_stocked=True, product__has_variants=False).exclude(on_hand=0)
    if stocktake.category_id:
        shelves = shelves.filter(product__category=stocktake.category_id)
    return shelves.exclude(product__in=stocktake.lines.filter(counted__isnull=False).values("product"))


def get_counted(stocktake: Stocktake) -> "QuerySet[StocktakeLine]":
    return stocktake.lines.filter(counted__isnull=False).select_related("product").order_by("product__name", "pk")


def get_expected(stocktake: Stocktake, lines: Sequence[StocktakeLine]) -> dict[int, Decimal]:
    """What the ledger says there was of each counted product when it was counted, however late that was written."""
    moments = {line.product_id: line.counted_at for line in lines if line.counted_at is not None}
    if not moments:
        return {}
    first, last = min(moments.values()), max(moments.values())
    movements = StockMovement.objects.for_business(stocktake.business).filter(
        location=stocktake.location_id, product__in=list(moments)
    )
    before = movements.filter(occurred_at__lte=first).order_by().values_list("product").annotate(total=Sum("quantity"))
    expected = dict.fromkeys(moments, ZERO) | {product: Decimal(total) for product, total in before}
    meanwhile = movements.filter(occurred_at__gt=first, occurred_at__lte=last)
    for product, quantity, moment in meanwhile.values_list("product", "quantity", "occurred_at"):
        if moment <= moments[product]:
            expected[product] += quantity
    return {product: quantity.quantize(QUANTITY_STEP) for product, quantity in expected.items()}


def compare(stocktake: Stocktake) -> list[Compared]:
    """Each counted product beside the books, what differs most in money first. Three queries, however many products."""
    lines = list(get_counted(stocktake))
    expected = get_expected(stocktake, lines) if stocktake.is_open else {}
    rows = [_compared(stocktake, line, expected) for line in lines]
    return sorted(rows, key=lambda row: (-abs(row.worth), -abs(row.variance), row.line.product.name))


def sums(rows: Sequence[Compared]) -> Sums:
    return Sums(
        lines=len(rows),
        differing=sum(1 for row in rows if row.variance),
        over=sum((row.worth for row in rows if row.worth > 0), ZERO),
        short=sum((row.worth for row in rows if row.worth < 0), ZERO),
    )


def _compared(stocktake: Stocktake, line: StocktakeLine, expected: dict[int, Decimal]) -> Compared:
    books = expected.get(line.product_id, ZERO) if line.expected is None else line.expected
    cost = line.product.average_cost if line.unit_cost is None else line.unit_cost
    variance = (line.counted or ZERO) - books
    return Compared(line, books, variance, stocktake.business.money(variance * cost))
