"""How much there was of each product and what it was worth, as plain figures: the totals of reports are made of these."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from django.db.models import Q, Sum

from accounts.models import Business
from common.fields import COST_STEP, QUANTITY_STEP
from inventory.models import MovementCost, Product, StockLevel, StockMovement

ZERO = Decimal(0)
Shelf = tuple[int, int]  # product, location


@dataclass(frozen=True)
class Held:
    """Of one product. `unit_cost` is the last known one."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    unit_cost: Decimal = ZERO

    def share(self, quantity: Decimal) -> Decimal:
        """What some of it is worth: as much of the value as of the units."""
        if not self.quantity:
            return (quantity * self.unit_cost).quantize(COST_STEP)
        return (self.value * quantity / self.quantity).quantize(COST_STEP)


NOTHING = Held()


def get_held(*, business: Business, before: datetime) -> dict[int, Held]:
    """Of each product that had moved before a moment. One query: a look into the index for each product."""
    rows = MovementCost.objects.latest_of(Product.objects.for_business(business), before=before).order_by()
    figures = rows.values_list("product_id", "came", "gone", "value_after", "unit_cost")
    return {pk: Held((came - gone).quantize(QUANTITY_STEP), value, cost) for pk, came, gone, value, cost in figures}


def get_on_shelves(*, business: Business, before: datetime) -> dict[Shelf, Decimal]:
    """What lay where before a moment: what lies there now less what has moved since. Two queries."""
    levels = StockLevel.objects.for_business(business).order_by()
    there: dict[Shelf, Decimal] = {(product, place): held for product, place, held in levels.values_list(*SHELF, "on_hand")}
    moved = StockMovement.objects.for_business(business).filter(occurred_at__gte=before).order_by()
    for product, place, total in moved.values_list(*SHELF).annotate(Sum("quantity")):
        left = there.get((product, place), ZERO) - Decimal(total)
        there[product, place] = left.quantize(QUANTITY_STEP)
    return {shelf: quantity for shelf, quantity in there.items() if quantity}


SHELF = ("product_id", "location_id")


def by_location(shelves: Mapping[Shelf, Decimal], held: Mapping[int, Held]) -> dict[int, Held]:
    """All that lay in each place; it has its share of each product's value."""
    units: dict[int, Decimal] = defaultdict(Decimal)
    value: dict[int, Decimal] = defaultdict(Decimal)
    for (product, place), quantity in shelves.items():
        units[place] += quantity
        value[place] += held.get(product, NOTHING).share(quantity)
    return {place: Held(units[place], value[place]) for place in units}


def get_values_over_time(*, business: Business, days: list[date], now: Mapping[int, Held]) -> list[Decimal]:
    """What all stock was worth at the end of each day, the last of which is that of `now`. One query.

    Reckoned backwards: before a movement there was what there is after it, less what it changed.
    """
    moments = [business.days(day, day).until for day in days]
    rows = StockMovement.objects.for_business(business).filter(occurred_at__gte=moments[0], occurred_at__lt=moments[-1])
    sums = {}
    for place, (since, until) in enumerate(pairwise(moments)):
        within = Q(occurred_at__gte=since, occurred_at__lt=until)
        sums[f"came_{place}"] = Sum("cost__amount", filter=within)
        sums[f"turned_{place}"] = Sum("cost__revalued", filter=within)
    found = rows.order_by().aggregate(**sums) if sums else {}
    values = [sum((held.value for held in now.values()), ZERO)]
    for place in reversed(range(len(days) - 1)):
        change = Decimal(found[f"came_{place}"] or 0) + Decimal(found[f"turned_{place}"] or 0)
        values.insert(0, (values[0] - change).quantize(COST_STEP))
    return values
