"""What must hold after a crowd has worked in a shop; each finding is a sentence, none where all is well."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from django.db.models import F, Q, Sum

from accounts.models import Business
from inventory.models import (
    CostCorrection,
    MovementCost,
    MovementKind,
    Product,
    StockLevel,
    StockMovement,
    StocktakeLine,
    StockTransferLine,
)
from inventory.models.transfer import UNDER_WAY
from inventory.queries.valuation import get_stock_value
from inventory.services.cost_proof import find_wrong_costs
from inventory.services.costs import recost_all
from inventory.services.proof import find_differences
from purchasing.models import Bill, PurchaseLine, PurchaseOrder, ReceiptLine
from purchasing.models.order import AWAITED
from sales.models import Sale, SaleKind, SaleLine, SaleState

ZERO = Decimal(0)


def findings(business: Business) -> list[str]:
    found = [f"the ledger and a level differ: {each}" for each in find_differences(business=business)]
    found += [f"costs are not what the ledger comes to: product {pk}" for pk in find_wrong_costs(business=business)]
    for proof in (_below_zero, _past, _rebuilt, _sales, _costs_of_sales, _numbers, _counts, _receipts, _incoming, _bills):
        found += proof(business)
    return found


def _below_zero(business: Business) -> Iterator[str]:
    levels = StockLevel.objects.for_business(business)
    for level in levels.filter(on_hand__lt=0) | levels.filter(on_hand__lt=F("committed")) | levels.filter(committed__lt=0):
        yield f"a shelf holds {level.on_hand}, {level.committed} of it committed"


def _past(business: Business) -> Iterator[str]:
    """No shelf was ever below zero after any moment. Within one, what keeps a count as it is is written last."""
    rows = StockMovement.objects.for_business(business).order_by("product", "location", "occurred_at", "pk")
    for (product, place), moved in groupby(rows, key=lambda row: (row.product_id, row.location_id)):
        balance = ZERO
        for moment, together in groupby(moved, key=lambda row: row.occurred_at):
            balance += sum((row.quantity for row in together), ZERO)
            if balance < 0:
                yield f"product {product} at {place} was {balance} at {moment}"


def _rebuilt(business: Business) -> Iterator[str]:
    """All derived rows written anew are the same rows, and come to the same value."""
    before, value = _rows(business), get_stock_value(business=business)
    recost_all(business=business)
    if _rows(business) != before:
        yield "the costs written anew are others"
    sums = MovementCost.objects.for_business(business).aggregate(taken=Sum("amount"), revalued=Sum("revalued"))
    derived = business.money(sums["taken"] + sums["revalued"])
    if not value == get_stock_value(business=business) == derived:
        yield f"the stock is worth {value}, and by its movements {derived}"


def _rows(business: Business) -> list[object]:
    costs = MovementCost.objects.for_business(business).order_by("pk").values_list()
    corrections = CostCorrection.objects.filter(movement__product__business=business).order_by("movement", "cause")
    averages = Product.objects.for_business(business).order_by("pk").values_list("pk", "average_cost")
    return [*costs, *corrections.values_list("movement", "cause", "amount"), *averages]


def _sales(business: Business) -> Iterator[str]:
    """Each document moved what stands on it: sold, brought back, or both where it was voided."""
    moved: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    rows = StockMovement.objects.for_business(business).filter(document_type__in=SaleKind.values)
    rows = rows.exclude(kind=MovementKind.COUNTED)  # what keeps a later count as it is
    for document, product, quantity in rows.values_list("document_id", "product", "quantity"):
        moved[document or 0, product] -= quantity
    lines = SaleLine.objects.filter(sale__business=business).exclude(sale__kind=SaleKind.REFUND, restocked=False)
    for sale, state, product, quantity in lines.values_list("sale", "sale__state", "product", "quantity"):
        moved[sale, product] -= ZERO if state == SaleState.VOIDED else quantity
    for (sale, product), left in moved.items():
        if left:
            yield f"sale {sale} and its movements of product {product} differ by {left}"


def _costs_of_sales(business: Business) -> Iterator[str]:
    cost: dict[int, Decimal] = defaultdict(Decimal)
    rows = MovementCost.objects.for_business(business).filter(movement__kind__in=(MovementKind.SOLD, MovementKind.RETURNED))
    for sale, amount in rows.values_list("movement__document_id", "amount"):
        cost[sale or 0] -= amount
    corrections = CostCorrection.objects.filter(movement__in=rows)
    for sale, amount in corrections.values_list("movement__movement__document_id", "amount"):
        cost[sale or 0] -= amount
    for sale in Sale.objects.for_business(business).exclude(lines__restocked=False):
        if sale.cost != business.money(cost[sale.pk]):
            yield f"sale {sale.number} says it cost {sale.cost}, its movements {cost[sale.pk]}"


def _numbers(business: Business) -> Iterator[str]:
    numbers = sorted(int(number.split("-")[1]) for number in Sale.objects.for_business(business).values_list("number", flat=True))
    if numbers != list(range(1, len(numbers) + 1)):
        yield "the numbers of receipts have gaps or twins"


def _counts(business: Business) -> Iterator[str]:
    """Each approved count set the books to what was counted, at its moment; so did what was written for it later."""
    rows = StockMovement.objects.for_business(business)
    for row in rows.filter(kind=MovementKind.COUNTED, document_type="stocktake"):
        line = StocktakeLine.objects.get(stocktake=row.document_id, product=row.product_id)
        before = Q(occurred_at__lt=row.occurred_at) | Q(occurred_at=row.occurred_at, pk__lte=row.pk)
        kept = Q(occurred_at=row.occurred_at, kind=MovementKind.COUNTED)
        here = rows.filter(before | kept, product=row.product_id, location=row.location_id)
        balance = here.aggregate(total=Sum("quantity"))["total"]
        if balance != line.counted:
            yield f"count {line.pk} found {line.counted}, the books say {balance}"


def _receipts(business: Business) -> Iterator[str]:
    """What was received of orders is on its receipts, in the ledger and on the lines of orders alike."""
    lines = ReceiptLine.objects.filter(receipt__business=business)
    by_receipts = lines.aggregate(total=Sum("quantity"))["total"] or ZERO
    by_orders = PurchaseLine.objects.filter(order__business=business).aggregate(total=Sum("received"))["total"] or ZERO
    rows = StockMovement.objects.for_business(business).filter(document_type="goods_receipt")
    by_ledger = rows.aggregate(total=Sum("quantity"))["total"] or ZERO
    gone = StockMovement.objects.for_business(business).filter(kind=MovementKind.SENT_BACK)
    back = gone.aggregate(total=Sum("quantity"))["total"]
    returned = lines.aggregate(total=Sum("returned"))["total"] or ZERO
    if not by_receipts == by_orders == by_ledger:
        yield f"received by receipts {by_receipts}, by orders {by_orders}, by the ledger {by_ledger}"
    if returned != -(back or ZERO):
        yield f"sent back by receipts {returned}, by the ledger {back}"


def _incoming(business: Business) -> Iterator[str]:
    due: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for line in PurchaseLine.objects.filter(order__business=business, order__state__in=AWAITED).select_related("order"):
        due[line.product_id, line.order.location_id] += line.outstanding
    for sent in StockTransferLine.objects.filter(transfer__business=business, transfer__state__in=UNDER_WAY).select_related(
        "transfer"
    ):
        due[sent.product_id, sent.transfer.target_id] += sent.outstanding
    for level in StockLevel.objects.for_business(business):
        if level.incoming != due[level.product_id, level.location_id]:
            yield f"{level.incoming} are on their way to a shelf, by the documents {due[level.product_id, level.location_id]}"


def _bills(business: Business) -> Iterator[str]:
    for order in PurchaseOrder.objects.for_business(business):
        billed = Bill.objects.filter(order=order).aggregate(total=Sum("amount"))["total"] or ZERO
        if order.billed != billed:
            yield f"{order.number} says {order.billed} is billed, its bills {billed}"
