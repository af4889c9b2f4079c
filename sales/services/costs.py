"""What sales cost, kept in step with the book of stock: it may turn out later to have been more, or less."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from django.db.models import Sum

from accounts.models import Business
from common import money
from common.db import BATCH, batched
from inventory.costing import per_unit
from inventory.models import CostCorrection, MovementCost, MovementKind
from inventory.recosts import Document, on_recost
from sales.models import Sale, SaleKind, SaleLine

T = TypeVar("T")
OF_SALES = (MovementKind.SOLD, MovementKind.RETURNED)


@on_recost
def follow_costs(business: Business, documents: Collection[Document]) -> None:
    """Write what these sales and refunds cost by now, and each of their lines."""
    ids = sorted({pk for kind, pk in documents if kind in SaleKind.values})
    for part in batched(ids, BATCH):
        costs = _costs_of(business, part)
        for sale in Sale.objects.for_business(business).filter(pk__in=part).order_by("pk").prefetch_related("lines"):
            _follow(sale, costs[sale.pk])


def matched(lines: Iterable[SaleLine], movements: Iterable[tuple[int, T]]) -> dict[int, T]:
    """By line: of one product the first line and the first movement belong together, since they were written in one order."""
    waiting: dict[int, deque[T]] = defaultdict(deque)
    for product, movement in movements:
        waiting[product].append(movement)
    return {line.pk: waiting[line.product_id].popleft() for line in lines if waiting[line.product_id]}


def _costs_of(business: Business, sales: Collection[int]) -> Mapping[int, list[tuple[int, Decimal]]]:
    """By sale, product and cost of each movement in the order of writing, corrections included; positive is what it took."""
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = MovementCost.objects.for_business(business).filter(
        movement__document_type__in=SaleKind.values, movement__document_id__in=sales, movement__kind__in=OF_SALES
    )
    corrections = CostCorrection.objects.filter(movement__in=rows).order_by()
    corrected = dict(corrections.values_list("movement_id").annotate(Sum("amount")))
    for pk, sale, product, amount in rows.order_by("movement_id").values_list(
        "pk", "movement__document_id", "product_id", "amount"
    ):
        found[sale or 0].append((product, -(amount + corrected.get(pk, money.ZERO))))
    return found


def _follow(sale: Sale, costs: Iterable[tuple[int, Decimal]]) -> None:
    lines = sorted((line for line in sale.lines.all() if sale.kind == SaleKind.SALE or line.restocked), key=lambda line: line.pk)
    by_line = matched(lines, costs)
    for line in lines:
        if line.pk in by_line:
            unit_cost = per_unit(by_line[line.pk], line.quantity)
            SaleLine.objects.filter(pk=line.pk).exclude(unit_cost=unit_cost).update(unit_cost=unit_cost)
    cost = sale.business.money(sum((by_line.get(line.pk, line.cost) for line in lines), money.ZERO))
    Sale.objects.filter(pk=sale.pk).exclude(cost=cost).update(cost=cost)
