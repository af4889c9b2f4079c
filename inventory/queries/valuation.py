"""What stock is and was worth, from the derived rows: the last one of each product before a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from accounts.models import Business, ValuationMethod
from common.fields import COST_STEP, QUANTITY_STEP
from inventory.costing import per_unit
from inventory.models import MovementCost, Product, StockLevel

ZERO = Decimal(0)


@dataclass(frozen=True)
class Worth:
    """Of one product: how many, what one cost on average, and what they are worth together."""

    product: Product
    quantity: Decimal
    unit_cost: Decimal
    value: Decimal


@dataclass(frozen=True)
class Valuation:
    """Everything a business had at the end of a local day. The total is rounded once, so it may differ from the rounded rows."""

    as_of: date
    method: str
    total: Decimal
    products: Sequence[Worth]


def get_valuation(*, business: Business, as_of: date) -> Valuation:
    """One query, whatever the number of movements: each product's last row is found by its index."""
    rows = MovementCost.objects.latest_of(
        Product.objects.for_business(business), before=business.days(as_of, as_of).until
    ).exclude(came=F("gone"), value_after=0)
    rows = rows.select_related("product").defer("product__search_text").order_by("product__name", "product_id")
    products = [_worth(row, business) for row in rows]
    total = sum((row.value_after for row in rows), ZERO)
    return Valuation(as_of, business.valuation, business.money(total), products)


def get_stock_value(*, business: Business, location: int | None = None) -> Decimal:
    """Now, rounded once. What stands below zero counts against it. A place has its share of each product's value."""
    if location:
        levels = StockLevel.objects.for_business(business).filter(location_id=location).exclude(on_hand=0)
        return business.money(sum(get_shares(levels.select_related("product"), business).values(), ZERO))
    latest = MovementCost.objects.latest_of(Product.objects.for_business(business))
    total = latest.order_by().aggregate(total=Sum("value_after"))["total"]
    return business.money(Decimal(total or 0))


def get_product_value(*, product: Product, on_hand: Decimal) -> Decimal:
    """Of all that is on hand; see `get_shares`."""
    business = product.business
    if business.valuation == ValuationMethod.AVERAGE:
        return business.money(on_hand * product.average_cost)
    row = MovementCost.objects.filter(product=product).newest_first().first()
    return business.money(row.value_after if row else ZERO)


def get_shares(levels: Iterable[StockLevel], business: Business) -> dict[int, Decimal]:
    """By shelf, what lies there is worth: as much of its product's value as of its units. The products are read with them.

    No query by moving average, whose last figure is kept with the product; one for all by any other method.
    """
    levels = list(levels)
    if business.valuation == ValuationMethod.AVERAGE:
        return {level.pk: level.on_hand * level.product.average_cost for level in levels}
    ids = {level.product_id for level in levels}
    rows = {row.product_id: row for row in MovementCost.objects.latest_of(Product.objects.filter(pk__in=ids))}
    return {level.pk: _share(level, rows.get(level.product_id)) for level in levels}


def _share(level: StockLevel, row: MovementCost | None) -> Decimal:
    if row is None:
        return ZERO
    if row.came == row.gone:
        return (level.on_hand * row.unit_cost).quantize(COST_STEP)
    return (row.value_after * level.on_hand / (row.came - row.gone)).quantize(COST_STEP)


def _worth(row: MovementCost, business: Business) -> Worth:
    quantity = (row.came - row.gone).quantize(QUANTITY_STEP)
    return Worth(row.product, quantity, per_unit(row.value_after, quantity), business.money(row.value_after))
