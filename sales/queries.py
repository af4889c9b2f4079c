from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import Business
from common import money
from inventory.models import Barcode, Product
from sales.models import Basket, Customer, Payment, Sale, SaleKind, SaleState

MOST_MATCHES = 12
UPC_LENGTH, EAN_LENGTH = 12, 13


@dataclass(frozen=True)
class Found:
    """What a scan or a typed text means: one product, a receipt, or some products to choose from."""

    product: Product | None = None
    sale: Sale | None = None
    matches: Sequence[Product] = ()


@dataclass(frozen=True)
class SalesFilter:
    """Which sales to list. Days are local days of the business, both inclusive."""

    first: date | None = None
    last: date | None = None
    person: int | None = None
    method: str = ""
    kind: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class SalesTotals:
    """Over what was not voided; refunds count as negative."""

    sales: int
    refunds: int
    total: Decimal
    tax: Decimal
    cost: Decimal

    @property
    def net(self) -> Decimal:
        return self.total - self.tax


@dataclass(frozen=True)
class Result:
    """What sales of a kind came to without tax, and what their goods cost."""

    net: Decimal = money.ZERO
    cost: Decimal = money.ZERO


def get_found(*, business: Business, text: str) -> Found:
    """A barcode, a SKU, a receipt's number, or words of a name; the first that fits."""
    text = text.strip()
    barcode = Barcode.objects.for_business(business).filter(code__in=_codes(text)).select_related("product").first()
    if barcode:
        return Found(product=barcode.product)
    by_sku = Product.objects.for_business(business).filter(sku__in={text, text.upper()}).first()
    if by_sku:
        return Found(product=by_sku)
    if sale := Sale.objects.for_business(business).filter(number=text).order_by("-pk").first():
        return Found(sale=sale)
    matches = get_matches(business=business, text=text)
    return Found(product=matches[0]) if len(matches) == 1 else Found(matches=matches)


def get_matches(*, business: Business, text: str) -> list[Product]:
    """What can be sold and fits the words, by name; with its stock."""
    if not text.strip():
        return []
    rows = Product.objects.for_business(business).sellable().matching(text).with_stock()
    return list(rows.order_by("name", "id")[:MOST_MATCHES])


def get_sales(*, business: Business, wanted: SalesFilter) -> QuerySet[Sale]:
    rows = Sale.objects.for_business(business)
    if wanted.first:
        rows = rows.filter(sold_on__gte=wanted.first)
    if wanted.last:
        rows = rows.filter(sold_on__lte=wanted.last)
    exact = {"sold_by_id": wanted.person, "kind": wanted.kind, "state": wanted.state}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.method:
        rows = rows.filter(Exists(Payment.objects.filter(sale=OuterRef("pk"), method=wanted.method)))
    if wanted.text.strip():
        text = wanted.text.strip()
        customers = Customer.objects.for_business(business).filter(Q(name__icontains=text) | Q(reference=text))
        rows = rows.filter(Q(number__startswith=text) | Q(customer__in=customers))
    return rows


def get_sales_totals(rows: QuerySet[Sale]) -> SalesTotals:
    sums = rows.filter(state=SaleState.COMPLETED).aggregate(
        sales=Count("pk", filter=Q(kind=SaleKind.SALE)),
        refunds=Count("pk", filter=Q(kind=SaleKind.REFUND)),
        total=Sum("total"),
        tax=Sum("tax"),
        cost=Sum("cost"),
    )
    amounts = (sums[name] or money.ZERO for name in ("total", "tax", "cost"))
    return SalesTotals(sums["sales"], sums["refunds"], *amounts)


def get_results(*, business: Business, first: date, last: date) -> dict[str, Result]:
    """Of what was sold and of what came back (below zero) on some local days, both ends included. One query."""
    rows = Sale.objects.for_business(business).completed().filter(sold_on__gte=first, sold_on__lte=last).order_by()
    found = dict.fromkeys((SaleKind.SALE.value, SaleKind.REFUND.value), Result())
    for kind, net, cost in rows.values_list("kind").annotate(Sum("subtotal"), Sum("cost")):
        found[kind] = Result(business.money(net), business.money(cost))
    return found


def get_receipt(*, business: Business) -> QuerySet[Sale]:
    """Sales with all that a receipt shows; six queries for one."""
    people = ("location", "customer", "sold_by__user", "voided_by__user", "refund_of")
    return Sale.objects.for_business(business).select_related(*people).prefetch_related("lines__product", "payments", "refunds")


def get_held(*, business: Business) -> list[Basket]:
    rows = Basket.objects.for_business(business).held().select_related("member__user", "customer")
    return list(rows.order_by("held_at", "pk"))


def get_customers(*, business: Business, text: str) -> QuerySet[Customer]:
    """Customers of whom each word is in the name, email, phone or reference."""
    rows = Customer.objects.for_business(business)
    for word in text.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(email__icontains=word) | Q(phone__icontains=word) | Q(reference__icontains=word)
        )
    return rows


def _codes(text: str) -> set[str]:
    """A scanner may leave out or add the leading zero that turns a UPC into an EAN."""
    codes = {text}
    if text.isascii() and text.isdigit():
        if len(text) == UPC_LENGTH:
            codes.add(f"0{text}")
        if len(text) == EAN_LENGTH and text.startswith("0"):
            codes.add(text[1:])
    return codes
