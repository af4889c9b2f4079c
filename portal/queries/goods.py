"""What the day's page says of products: best sellers, and what is low or out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.models import Business
from common.fields import QUANTITY_STEP
from inventory.models import Product, StockState
from sales.models import SaleLine, SaleState

MONTH = 30
RANKED = 20
SHOWN = 6
FIELDS = [
    f"product__{name}"
    for name in ("name", "variant", "reorder_point", "category__default_reorder_point", "is_stocked", "is_active")
]


@dataclass(frozen=True)
class Seller:
    """A product by what it brought in; `share` is its part of the best one's, in per cent."""

    pk: int
    label: str
    quantity: Decimal
    total: Decimal
    share: int
    lacks_reorder_point: bool


@dataclass(frozen=True)
class Shortage:
    """How many active products are low or out, and the first of them."""

    out: int
    low: int
    products: Sequence[Product]


def get_sellers(*, business: Business, today: date, days: int) -> list[Seller]:
    """The best sellers of the last `days` local days, today among them."""
    since = today - timedelta(days=days)
    lines = SaleLine.objects.filter(sale__business=business, sale__state=SaleState.COMPLETED)
    lines = lines.filter(sale__sold_on__gt=since, sale__sold_on__lte=today).order_by()
    rows = lines.values("product_id", *FIELDS).annotate(many=Sum("quantity"), much=Sum("total"))
    ranked = list(rows.filter(much__gt=0).order_by("-much", "product_id")[:RANKED])
    return [_seller(row, business, best=ranked[0]["much"]) for row in ranked]


def get_least_sold(*, business: Business, first: date, last: date, most: int) -> list[tuple[str, Decimal]]:
    """Of the products that sold on these local days, those that brought in least, and how much."""
    lines = SaleLine.objects.filter(sale__business=business, sale__state=SaleState.COMPLETED)
    lines = lines.filter(sale__sold_on__gte=first, sale__sold_on__lte=last).order_by()
    rows = lines.values("product_id", "product__name", "product__variant").annotate(much=Sum("total")).filter(much__gt=0)
    ranked = rows.order_by("much", "-product_id")[:most]
    return [
        (", ".join(filter(None, [row["product__name"], row["product__variant"]])), business.money(row["much"])) for row in ranked
    ]


def get_shortage(business: Business, *, shown: int = SHOWN) -> Shortage:
    """Counts in one query, the list in another."""
    products = Product.objects.for_business(business).active()
    short_of = products.filter(stock_state__in=[StockState.OUT, StockState.LOW])
    counts = dict(short_of.order_by().values_list("stock_state").annotate(Count("pk")))
    if not counts:
        return Shortage(0, 0, [])
    listed = short_of.with_stock().select_related("category").order_by("-stock_state", "name", "pk")
    return Shortage(counts.get(StockState.OUT, 0), counts.get(StockState.LOW, 0), list(listed[:shown]))


def _seller(row: dict[str, object], business: Business, *, best: Decimal) -> Seller:
    name, variant = row["product__name"], row["product__variant"]
    much, many = Decimal(str(row["much"])), Decimal(str(row["many"]))
    points = (row["product__reorder_point"], row["product__category__default_reorder_point"])
    return Seller(
        pk=int(str(row["product_id"])),
        label=f"{name}, {variant}" if variant else str(name),
        quantity=many.quantize(QUANTITY_STEP),
        total=business.money(much),
        share=int(much * 100 / best),
        lacks_reorder_point=points == (None, None) and bool(row["product__is_stocked"] and row["product__is_active"]),
    )
