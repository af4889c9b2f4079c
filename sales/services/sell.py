from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from accounts import trail
from accounts.births import on_birth
from accounts.history import has_amounts
from accounts.models import Business, Member
from accounts.permissions import Action
from common import money
from common.db import create_all, unit_of_work
from common.errors import InvalidInput
from common.fields import MONEY_STEP
from inventory.costing import per_unit
from inventory.models import MovementKind, StockLevel
from inventory.services.ledger import Cause, Move, Posting, prepare
from inventory.shelves import check_open, find_shelves
from sales.models import Customer, NumberSeries, Payment, Sale, SaleLine
from sales.services.basket import BasketLine, Tender, check_discounts, items_of, settle, terms_of
from sales.totals import Item, Totals, reckon

MOST_LINES = 500


class BadSale(InvalidInput):
    field = "lines"


class SoldInTheFuture(InvalidInput):
    field = "sold_at"


@unit_of_work()
def record_sale(
    *,
    by: Member,
    lines: Sequence[BasketLine],
    at: datetime,
    location_id: int | None = None,
    customer: Customer | None = None,
    discount: Decimal = money.ZERO,
    payments: Sequence[Tender] | None = None,
    sold_at: datetime | None = None,
) -> Sale:
    """Sell a basket: stock, receipt, payments and change in one transaction, or a DomainError and nothing.

    The answer carries its lines and payments (`sale.lines.all()`, `sale.payments.all()` cost no query).
    """
    by.must(Action.SELL)
    _check_lines(lines)
    moment = _moment(by, sold_at, at)
    shelves = find_shelves(business=by.business, refs=[line.ref for line in lines], location_id=location_id)
    check_open(shelves[0].location)
    items = items_of(shelves=shelves, lines=lines, by=by)
    check_discounts(items=items, discount=discount, by=by)
    totals = reckon(items, terms_of(by.business), discount=discount)
    tenders, change = settle(total=totals.total, tenders=payments, business=by.business)
    number = next_number(by.business, moment)
    cause = Cause(by=by, at=at, occurred_at=moment)
    posting = prepare(moves=_moves(shelves, items), cause=cause, below_zero=by.business.allow_negative_stock)
    costs = _costs(shelves, items, posting)
    sale = _new_sale(by, shelves, totals, moment, at)
    sale.number, sale.customer, sale.discount, sale.change = number, customer, discount, change
    sale.paid = sum((tender.amount for tender in tenders), money.ZERO)
    sale.cost = by.business.money(sum(costs, money.ZERO))
    sale.save(force_insert=True)
    remember(sale, "lines", create_all(SaleLine, _lines(sale, shelves, items, totals, costs)))
    remember(
        sale, "payments", create_all(Payment, [Payment(sale=sale, method=t.method, amount=t.amount, at=at) for t in tenders])
    )
    posting.write(document_type=sale.kind, document_id=sale.pk, document=sale.number)
    if posting.late:
        _read_costs(sale)
    audit_sale("sold", sale, by, at)
    return sale


def next_number(business: Business, at: datetime) -> str:
    return f"{business.local_day(at).year}-{NumberSeries.objects.take_next(business, _series(business, at))}"


@on_birth
def begin_receipt_numbers(business: Business, _owner: Member) -> None:
    """So that the first sale is no slower than the second."""
    if business.is_shop:
        NumberSeries.objects.create(business=business, name=_series(business, business.created_at), last=0)


@has_amounts
def has_sold(business: Business) -> bool:
    return Sale.objects.for_business(business).exists()


def _series(business: Business, at: datetime) -> str:
    return f"sale-{business.local_day(at).year}"


def remember(sale: Sale, relation: str, rows: list[SaleLine] | list[Payment]) -> None:
    """Keep freshly written rows as if they had been prefetched."""
    if not hasattr(sale, "_prefetched_objects_cache"):
        sale._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    manager = getattr(sale, relation).get_queryset()
    manager._result_cache = rows
    sale._prefetched_objects_cache[relation] = manager  # type: ignore[attr-defined]


def audit_sale(action: str, sale: Sale, by: Member, at: datetime, *, reason: str = "") -> None:
    trail.record(
        action,
        sale,
        by=by,
        at=at,
        after={"total": str(sale.total)},
        reason=reason,
        document=sale.number,
    )


def _check_lines(lines: Sequence[BasketLine]) -> None:
    if not lines:
        raise BadSale("Add at least one product.")
    if len(lines) > MOST_LINES:
        raise BadSale(f"A sale has at most {MOST_LINES} lines.")


def _moment(by: Member, sold_at: datetime | None, at: datetime) -> datetime:
    if sold_at is None:
        return at
    if sold_at > at:
        raise SoldInTheFuture("A sale cannot lie in the future.")
    if by.business.local_day(sold_at) != by.business.local_day(at):
        by.must(Action.BACK_DATE)
    return sold_at


def _moves(shelves: Sequence[StockLevel], items: Sequence[Item]) -> list[Move]:
    return [
        Move(shelf, -item.quantity, MovementKind.SOLD, line=index)
        for index, (shelf, item) in enumerate(zip(shelves, items, strict=True))
    ]


def _costs(shelves: Sequence[StockLevel], items: Sequence[Item], posting: Posting) -> list[Decimal]:
    """What each line cost: as the book of its product says, or as expected where it keeps none."""
    known = posting.costs
    return [
        known.get(index, item.quantity * (shelf.product.known_cost or money.ZERO))
        for index, (shelf, item) in enumerate(zip(shelves, items, strict=True))
    ]


def _read_costs(sale: Sale) -> None:
    """Dated back, it has been costed together with what came after it."""
    sale.cost = Sale.objects.values_list("cost", flat=True).get(pk=sale.pk)
    remember(sale, "lines", list(SaleLine.objects.filter(sale=sale).select_related("product").order_by("pk")))


def _new_sale(by: Member, shelves: Sequence[StockLevel], totals: Totals, moment: datetime, at: datetime) -> Sale:
    business = by.business
    return Sale(
        business=business,
        location=shelves[0].location,
        sold_by=by,
        sold_at=moment,
        sold_on=business.local_day(moment),
        recorded_at=at,
        prices_include_tax=business.prices_include_tax,
        tax_rounding=business.tax_rounding,
        subtotal=totals.net,
        tax=totals.tax,
        total=totals.total,
    )


def _lines(
    sale: Sale, shelves: Sequence[StockLevel], items: Sequence[Item], totals: Totals, costs: Sequence[Decimal]
) -> list[SaleLine]:
    return [
        SaleLine(
            sale=sale,
            product=shelf.product,
            description=shelf.product.label[:255],
            quantity=item.quantity,
            unit_price=item.unit_price.quantize(MONEY_STEP),
            discount=item.discount,
            order_discount=line.order_discount,
            tax_rate=item.tax_rate,
            net=line.net,
            tax=line.tax,
            total=line.total,
            unit_cost=per_unit(cost, item.quantity),
        )
        for shelf, item, line, cost in zip(shelves, items, totals.lines, costs, strict=True)
    ]
