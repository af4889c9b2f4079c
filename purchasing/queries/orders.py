"""Orders, their lines and what came of them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Business
from common.money import ZERO
from inventory.models import Product, StockState
from purchasing.models import (
    Bill,
    Offer,
    OrderState,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ReturnLine,
    SupplierReturn,
)
from purchasing.models.order import AWAITED, PurchaseOrderQuerySet
from purchasing.models.receipt import ReceiptQuerySet
from purchasing.queries.buying import as_sold, is_sold, shortfall

OPEN = "open"
MOST_SUGGESTED = 100


@dataclass(frozen=True)
class OrderFilters:
    text: str = ""
    state: str = ""
    supplier: int | None = None

    @property
    def are_set(self) -> bool:
        return self != OrderFilters()


@dataclass(frozen=True)
class Suggestion:
    """What to order of a product that is low, as its supplier sells it."""

    product: Product
    quantity: Decimal
    unit: str
    price: Decimal


def get_orders(*, business: Business, filters: OrderFilters) -> PurchaseOrderQuerySet:
    rows = PurchaseOrder.objects.for_business(business).select_related("supplier")
    if filters.state == OPEN:
        rows = rows.filter(state__in=[OrderState.DRAFT, *AWAITED])
    elif filters.state in OrderState.values:
        rows = rows.filter(state=filters.state)
    if filters.supplier:
        rows = rows.filter(supplier_id=filters.supplier)
    if text := filters.text.strip():
        rows = rows.filter(Q(number__istartswith=text) | Q(supplier__name__icontains=text))
    return rows


def get_lines(*, business: Business, filters: OrderFilters) -> "QuerySet[PurchaseLine]":
    """The lines of all these orders, the newest order first."""
    orders = get_orders(business=business, filters=filters).select_related(None)
    lines = PurchaseLine.objects.filter(order__in=orders.values("pk")).select_related("order__supplier", "product")
    return lines.order_by("-order__created_at", "-order", "pk")


def get_whole_orders(business: Business) -> PurchaseOrderQuerySet:
    """Orders with their lines; three queries for any number."""
    lines = Prefetch("lines", PurchaseLine.objects.select_related("product").order_by("pk"))
    return PurchaseOrder.objects.for_business(business).select_related("supplier", "location", "category").prefetch_related(lines)


def get_whole_receipts(business: Business) -> ReceiptQuerySet:
    """Receipts with their lines and order; two queries for any number."""
    lines = Prefetch("lines", ReceiptLine.objects.select_related("product", "batch").order_by("pk"))
    rows = Receipt.objects.for_business(business).prefetch_related(lines)
    return rows.select_related("received_by__user", "location", "order__supplier", "order__business")


def get_receipts(order: PurchaseOrder) -> list[Receipt]:
    """What came of an order, newest first, with its lines."""
    return list(get_whole_receipts(order.business).filter(order=order).order_by("-pk"))


def get_bills(order: PurchaseOrder) -> list[Bill]:
    return list(Bill.objects.filter(order=order).select_related("expense").order_by("pk"))


def get_returns(order: PurchaseOrder) -> list[SupplierReturn]:
    lines = Prefetch("lines", ReturnLine.objects.select_related("line__product").order_by("pk"))
    return list(SupplierReturn.objects.filter(receipt__order=order).prefetch_related(lines).order_by("-pk"))


def get_awaited_lines(product: Product) -> list[PurchaseLine]:
    """Where more of a product is on its way, the earliest first."""
    lines = PurchaseLine.objects.filter(product=product, order__state__in=AWAITED).select_related("order__supplier")
    return [line for line in lines.order_by("order__expected_on", "pk") if line.outstanding]


def get_overdue(business: Business, today: date) -> list[PurchaseOrder]:
    return list(PurchaseOrder.objects.for_business(business).overdue(today).select_related("supplier").order_by("expected_on"))


def get_suggestions(*, order: PurchaseOrder) -> list[Suggestion]:
    """What this supplier sells and the shop is short of, less what is on its way."""
    short = Product.objects.for_business(order.business).active().filter(stock_state__in=[StockState.LOW, StockState.OUT])
    products = {product.pk: product for product in short.with_stock().select_related("category").prefetch_related("packs")}
    offers = Offer.objects.filter(supplier=order.supplier_id, is_active=True, product__in=list(products)).order_by("pk")
    found = [_suggestion(offer, products[offer.product_id]) for offer in offers[:MOST_SUGGESTED]]
    return [each for each in found if each]


def _suggestion(offer: Offer, product: Product) -> Suggestion | None:
    need = shortfall(product) if is_sold(offer, product) else ZERO
    return Suggestion(product, as_sold(need, offer, product), offer.unit, offer.price) if need > 0 else None
