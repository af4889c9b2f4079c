"""Rule 9: a void undoes a sale of the same local day; a refund is a new document at the price paid.

Both hold the products before the sale, as does whoever receives goods and corrects what sales cost, and after the number,
as does who sells: so nobody waits in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from accounts.models import Member
from accounts.permissions import Action
from common import money
from common.db import create_all, unit_of_work
from common.errors import DomainError, InvalidInput, on_line
from inventory.costing import per_unit
from inventory.models import MovementKind, StockMovement
from inventory.models.movement import StockMovementQuerySet
from inventory.services.costs import hold
from inventory.services.ledger import Cause, Move, Posting, post, prepare
from inventory.shelves import ProductRef, find_shelves
from inventory.units import BadQuantity, checked
from sales.models import Payment, PaymentMethod, Sale, SaleKind, SaleLine, SaleState
from sales.services.basket import Tender, check_amount
from sales.services.costs import matched
from sales.services.sell import audit_sale, next_number, remember
from sales.totals import part_of


class CannotVoid(DomainError):
    code = "cannot_void"


class CannotRefund(DomainError):
    code = "cannot_refund"


class MoreThanRemains(DomainError):
    code = "more_than_remains"
    field = "quantity"


class BadRefund(InvalidInput):
    field = "lines"


@dataclass(frozen=True)
class RefundLine:
    line: SaleLine
    quantity: Decimal
    restock: bool = True


@unit_of_work()
def void_sale(*, sale: Sale, by: Member, reason: str, at: datetime) -> Sale:
    """Undo a sale of today: its stock is back, its payments are reversed, it stays in the list as voided."""
    by.must(Action.VOID_OWN if sale.sold_by_id == by.pk else Action.VOID_ANY)
    if not reason.strip():
        raise InvalidInput("Say why the sale is voided.", field="reason")
    if sale.kind == SaleKind.REFUND or sale.source != "tillbook":
        raise CannotVoid("Only a sale made here can be voided.")
    if sale.sold_on != sale.business.local_day(at):
        raise CannotVoid("A sale can be voided on its own day only. Refund it instead.")
    hold(_taken(sale).order_by().values_list("product_id", flat=True).distinct())
    claim = Sale.objects.completed().filter(pk=sale.pk)
    if not claim.update(state=SaleState.VOIDED, voided_at=at, voided_by=by, reason=reason[:255], version=F("version") + 1):
        raise CannotVoid("This sale is voided already.")
    lines = list(sale.lines.select_related("product").order_by("pk"))
    if any(line.refunded_quantity for line in lines):
        raise CannotVoid("Part of this sale was refunded. Refund the rest instead.")
    _reverse_payments(sale, at)
    _put_back(sale, lines, by, at, reason)
    audit_sale("voided", sale, by, at, reason=reason)
    sale.refresh_from_db()
    return sale


@unit_of_work()
def refund_sale(
    *, sale: Sale, lines: Sequence[RefundLine], by: Member, reason: str, at: datetime, payments: Sequence[Tender] | None = None
) -> Sale:
    """Give money back for some of a sale, its discounts pro rata; goods return to the shelf where the line says so."""
    by.must(Action.REFUND)
    if not reason.strip():
        raise InvalidInput("Say why it is refunded.", field="reason")
    if not lines:
        raise BadRefund("Choose what to refund.")
    if len({line.line.pk for line in lines}) != len(lines):
        raise BadRefund("Name each line of the sale once.")
    if sale.kind == SaleKind.REFUND:
        raise CannotRefund("A refund cannot be refunded.")
    number = next_number(sale.business, at)
    hold(line.line.product_id for line in lines if line.restock)
    if not Sale.objects.completed().filter(pk=sale.pk).update(version=F("version") + 1):
        raise CannotRefund("This sale was voided.")
    refund = _refund_document(sale, number, lines, by, reason, at)
    tenders = _tenders(sale, refund, payments)
    refund.paid = sum((t.amount for t in tenders), money.ZERO)
    posting = _back_on_the_shelf(sale, refund.lines_to_write, Cause(by=by, at=at, reason=reason))  # type: ignore[attr-defined]
    refund.cost = _cost_back(sale, refund.lines_to_write, posting)  # type: ignore[attr-defined]
    refund.save(force_insert=True)
    remember(refund, "lines", create_all(SaleLine, refund.lines_to_write))  # type: ignore[attr-defined]
    remember(
        refund, "payments", create_all(Payment, [Payment(sale=refund, method=t.method, amount=t.amount, at=at) for t in tenders])
    )
    posting.write(document_type=refund.kind, document_id=refund.pk, document=refund.number)
    audit_sale("refunded", refund, by, at, reason=reason)
    return refund


def refund_value(*, sale: Sale, lines: Sequence[RefundLine]) -> Decimal:
    """What a refund of these lines would come to, before anything is written."""
    currency = sale.business.currency
    return sum((_share(line.line, line.line.total, line.quantity, currency) for line in lines), money.ZERO)


def _share(line: SaleLine, amount: Decimal, quantity: Decimal, currency: str) -> Decimal:
    return part_of(amount, part=quantity, before=line.refunded_quantity, whole=line.quantity, currency=currency)


def _refund_document(sale: Sale, number: str, lines: Sequence[RefundLine], by: Member, reason: str, at: datetime) -> Sale:
    rows = _refund_lines(sale, lines)
    net, tax = sum((row.net for row in rows), money.ZERO), sum((row.tax for row in rows), money.ZERO)
    refund = Sale(
        business=sale.business,
        kind=SaleKind.REFUND,
        number=number,
        refund_of=sale,
        location=sale.location,
        customer_id=sale.customer_id,
        sold_by=by,
        sold_at=at,
        sold_on=sale.business.local_day(at),
        recorded_at=at,
        prices_include_tax=sale.prices_include_tax,
        tax_rounding=sale.tax_rounding,
        reason=reason[:255],
        discount=sum((row.order_discount for row in rows), money.ZERO),
        subtotal=net,
        tax=tax,
        total=net + tax,
    )
    for row in rows:
        row.sale = refund
    refund.lines_to_write = rows  # type: ignore[attr-defined]
    return refund


def _refund_lines(sale: Sale, lines: Sequence[RefundLine]) -> list[SaleLine]:
    """In primary-key order, as every claim of several rows is."""
    sold = {line.pk: line for line in sale.lines.select_related("product").filter(pk__in=[wanted.line.pk for wanted in lines])}
    if len(sold) < len(lines):
        raise BadRefund("A line that is not of this sale cannot be refunded with it.")
    rows = []
    for index, wanted in sorted(enumerate(lines), key=lambda pair: pair[1].line.pk):
        with on_line(index):
            rows.append(_refund_line(sale, sold[wanted.line.pk], wanted))
    return rows


def _refund_line(sale: Sale, line: SaleLine, wanted: RefundLine) -> SaleLine:
    """The negative line; claims the quantity, so that two refunds at once cannot give more than was sold."""
    quantity = checked(wanted.quantity, unit=line.product.unit, label=line.description)
    if quantity < 0:
        raise BadQuantity(f"{line.description}: enter a quantity above 0.")
    claim = SaleLine.objects.filter(pk=line.pk, refunded_quantity=line.refunded_quantity)
    if quantity > line.left_to_refund or not claim.update(refunded_quantity=line.refunded_quantity + quantity):
        raise MoreThanRemains(
            f"{line.description}: {line.left_to_refund.normalize():f} of {line.quantity.normalize():f} remain to refund."
        )

    return SaleLine(
        product=line.product,
        description=line.description,
        quantity=-quantity,
        unit_price=line.unit_price,
        tax_rate=line.tax_rate,
        unit_cost=line.unit_cost,
        refund_of=line,
        restocked=wanted.restock,
        **_amounts_back(sale, line, quantity),
    )


def _amounts_back(sale: Sale, line: SaleLine, quantity: Decimal) -> dict[str, Decimal]:
    """The share of each amount. Price times quantity less what was off is what was paid for it, to the penny."""

    def share(amount: Decimal) -> Decimal:
        return -_share(line, amount, quantity, sale.business.currency)

    total, tax = share(line.total), share(line.tax)
    paid, back = (line.total, total) if sale.prices_include_tax else (line.net, total - tax)
    off = share(paid + line.discount + line.order_discount) - back
    order_discount = off - share(line.discount) if line.order_discount else money.ZERO
    amounts = {"discount": off - order_discount, "order_discount": order_discount}
    return amounts | {"net": total - tax, "tax": tax, "total": total}


def _tenders(sale: Sale, refund: Sale, payments: Sequence[Tender] | None) -> list[Tender]:
    """Money out, as negative amounts; by default the way most of the sale was paid."""
    due = -refund.total
    if payments is None:
        biggest = sale.payments.order_by("-amount", "pk").first()
        method = biggest.method if biggest else PaymentMethod.CASH
        return [Tender(method, -due)] if due else []
    for tender in payments:
        check_amount(tender.amount, sale.business, field="payments")
    if sum((tender.amount for tender in payments), money.ZERO) != due:
        raise InvalidInput(
            f"The refund comes to {money.rounded(due, sale.business.currency)}; the payments do not.", field="payments"
        )
    return [Tender(tender.method, -tender.amount) for tender in payments if tender.amount]


def _reverse_payments(sale: Sale, at: datetime) -> None:
    """What came in goes out the same way; of the cash, what was not handed back as change."""
    change, rows = sale.change, []
    for payment in sale.payments.order_by("pk"):
        kept = min(change, payment.amount) if payment.method == PaymentMethod.CASH else money.ZERO
        change -= kept
        if payment.amount != kept:
            rows.append(Payment(sale=sale, method=payment.method, amount=kept - payment.amount, at=at))
    create_all(Payment, rows)


def _put_back(sale: Sale, lines: Sequence[SaleLine], by: Member, at: datetime, reason: str) -> None:
    """What the ledger says the sale took, whatever its products are now."""
    by_product = {line.product_id: line for line in reversed(lines)}
    taken = list(_taken(sale).order_by("pk"))
    refs = [ProductRef(product=movement.product_id) for movement in taken]
    shelves = find_shelves(business=sale.business, refs=refs, location_id=sale.location_id) if refs else []
    moves = [
        Move(
            shelf,
            -movement.quantity,
            MovementKind.VOIDED,
            by_product[movement.product_id].unit_cost or None,
            gives_back=movement.pk,
        )
        for shelf, movement in zip(shelves, taken, strict=True)
    ]
    cause = Cause(by=by, at=at, reason=reason, document_type=sale.kind, document_id=sale.pk, document=sale.number)
    post(moves=moves, cause=cause)


def _back_on_the_shelf(sale: Sale, rows: Sequence[SaleLine], cause: Cause) -> Posting:
    """What is restocked, at the cost it left with."""
    back = [row for row in rows if row.restocked]
    refs = [ProductRef(product=row.product_id) for row in back]
    if not refs:
        return prepare(moves=[], cause=cause)
    taken = _taken(sale).filter(product__in=[row.product_id for row in back]).order_by("pk").values_list("product_id", "pk")
    movements = matched(sale.lines.order_by("pk"), taken)
    shelves = find_shelves(business=sale.business, refs=refs, location_id=sale.location_id)
    moves = [
        Move(shelf, -row.quantity, MovementKind.RETURNED, row.unit_cost or None, gives_back=movements.get(row.refund_of_id or 0))
        for shelf, row in zip(shelves, back, strict=True)
    ]
    return prepare(moves=moves, cause=cause)


def _cost_back(sale: Sale, rows: Sequence[SaleLine], posting: Posting) -> Decimal:
    """Negative: what came back to the value of stock. The lines take it too."""
    total = money.ZERO
    for place, row in enumerate(row for row in rows if row.restocked):
        cost = posting.costs.get(place, row.cost)
        row.unit_cost = per_unit(cost, row.quantity)
        total += cost
    return sale.business.money(total)


def _taken(sale: Sale) -> StockMovementQuerySet:
    return StockMovement.objects.filter(document_type=SaleKind.SALE, document_id=sale.pk, kind=MovementKind.SOLD)
