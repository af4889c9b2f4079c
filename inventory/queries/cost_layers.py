"""What the cost of a product is made of, for its page: open layers under FIFO, or what moved the average."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from accounts.models import ValuationMethod
from common.fields import QUANTITY_STEP
from inventory.costing import Book, Layer, per_unit
from inventory.models import LandedCost, MovementCost, Product, StockMovement
from inventory.models.cost import MovementCostQuerySet

SHOWN = 12
ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """Goods that came. Under FIFO what is left of them, which is taken in this order; else all of them, and the average after."""

    movement: StockMovement
    quantity: Decimal
    unit_cost: Decimal
    value: Decimal
    landed: Decimal
    average: Decimal

    @property
    def at(self) -> datetime:
        return self.movement.occurred_at


@dataclass(frozen=True)
class Costing:
    """`more` units lie in later layers that are not shown. Below zero there are none: what went took the last known cost."""

    is_fifo: bool
    quantity: Decimal
    value: Decimal
    unit_cost: Decimal
    parts: Sequence[Part]
    more: Decimal = ZERO


def get_costing(product: Product) -> Costing | None:
    """None where nothing ever came or went. Three queries, however much did."""
    last = MovementCost.objects.filter(product=product).newest_first().first()
    if last is None:
        return None
    quantity = (last.came - last.gone).quantize(QUANTITY_STEP)
    if product.business.valuation != ValuationMethod.FIFO:
        return Costing(
            is_fifo=False, quantity=quantity, value=last.value_after, unit_cost=last.unit_cost, parts=_arrivals(product)
        )
    parts = _layers(product, last) if quantity > 0 else []
    more = max(quantity - sum((part.quantity for part in parts), ZERO), ZERO)
    return Costing(is_fifo=True, quantity=quantity, value=last.value_after, unit_cost=last.unit_cost, parts=parts, more=more)


def _layers(product: Product, last: MovementCost) -> list[Part]:
    rows = list(_came(product).filter(came__gt=last.gone).order_by("came")[:SHOWN])
    layers, landed = [Layer(row.quantity, row.amount, row.came) for row in rows], _landed(rows)
    book = Book(fifo=True, gone=last.gone, first_cost=last.first_cost, layers=deque(layers))
    return [
        Part(row.movement, left.quantize(QUANTITY_STEP), per_unit(value, left), value, landed.get(row.pk, ZERO), row.unit_cost)
        for row, (left, value) in zip(rows, book.remaining(), strict=True)
    ]


def _arrivals(product: Product) -> list[Part]:
    """The latest that came, newest first."""
    rows = list(_came(product).newest_first()[:SHOWN])
    landed = _landed(rows)
    return [
        Part(row.movement, row.quantity, per_unit(row.amount, row.quantity), row.amount, landed.get(row.pk, ZERO), row.unit_cost)
        for row in rows
    ]


def _came(product: Product) -> MovementCostQuerySet:
    return MovementCost.objects.filter(product=product, quantity__gt=0).select_related("movement")


def _landed(rows: Sequence[MovementCost]) -> dict[int, Decimal]:
    """By movement, the freight and duty in what it cost."""
    found = LandedCost.objects.filter(movement__in=[row.pk for row in rows]).order_by().values_list("movement_id")
    return dict(found.annotate(Sum("amount")))
