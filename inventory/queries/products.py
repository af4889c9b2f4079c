"""The list of products: two queries for a page of it, at any depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Business
from common.fields import QUANTITY_STEP, QuantityField
from inventory.cover import DAYS, Cover, cover
from inventory.margins import Margin, margin_of
from inventory.models import Category, MovementKind, Product, StockMovement, StockState
from inventory.models.product import ProductQuerySet
from inventory.spark import Spark, spark

SALES = (MovementKind.SOLD, MovementKind.RETURNED, MovementKind.VOIDED)
SORTS = {"name": ("name", "id"), "-name": ("-name", "-id"), "sku": ("sku", "id"), "-sku": ("-sku", "-id")}


@dataclass(frozen=True)
class ProductFilters:
    text: str = ""
    category: int | None = None
    stock: str = ""
    active: str = "yes"

    @property
    def are_set(self) -> bool:
        return self != ProductFilters()


@dataclass(frozen=True)
class ProductRow:
    """A line of the list. Cost and margin are None for who may not see them."""

    product: Product
    on_hand: Decimal
    available: Decimal
    sold: Decimal
    spark: Spark | None
    cover: Cover | None
    cost: Decimal | None
    margin: Margin | None


def get_products(*, business: Business, filters: ProductFilters, today: date) -> ProductQuerySet:
    """What matches, with its stock in the same query. A search asks one query more, so it takes what was sold along."""
    products = Product.objects.for_business(business).with_stock()
    products = products.select_related("category").defer("search_text")
    if filters.text:
        products = products.matching(filters.text).annotate(sold_lately=_sold_lately(business, today))
    if filters.category:
        products = products.filter(category_id=filters.category)
    if filters.active != "all":
        products = products.filter(is_active=filters.active != "no")
    return _in_state(products, filters.stock)


def get_labelled(
    *, business: Business, text: str = "", category: int | None = None, product: int | None = None, most: int
) -> ProductQuerySet:
    """What can carry a label, by name, with barcodes and what is on hand."""
    products = Product.objects.for_business(business).sellable().with_stock()
    if product:
        products = products.filter(pk=product)
    if text:
        products = products.matching(text)
    if category:
        products = products.filter(category_id=category)
    return products.prefetch_related("barcodes").order_by("name", "pk")[:most]


def get_product_rows(*, products: Sequence[Product], business: Business, today: date, sees_costs: bool) -> list[ProductRow]:
    """Rows of products that came from `get_products`; one query for what all of them sold, unless they were searched for."""
    if any(hasattr(product, "sold_lately") for product in products):
        daily = {product.pk: [-product.sold_lately] for product in products}  # type: ignore[attr-defined]
    else:
        daily = get_daily_sales(products=products, business=business, today=today)
    return [_row(product, business, daily[product.pk], today=today, sees_costs=sees_costs) for product in products]


def get_daily_sales(*, products: Sequence[Product], business: Business, today: date) -> dict[int, list[Decimal]]:
    """What each product sold on each of the last `DAYS` days, oldest first; what came back counts against it."""
    first = today - timedelta(days=DAYS - 1)
    sold = {product.pk: [Decimal(0)] * DAYS for product in products}
    since = business.days(first, today).since
    rows = StockMovement.objects.filter(product__in=list(sold), occurred_at__gte=since, kind__in=SALES).order_by()
    for pk, day, total in rows.values_list("product_id", "occurred_on").annotate(Sum("quantity")):
        if first <= day <= today:
            sold[pk][(day - first).days] = -Decimal(total).quantize(QUANTITY_STEP)
    return sold


def get_category_choices(business: Business) -> list[tuple[int, str]]:
    return list(Category.objects.for_business(business).values_list("pk", "name"))


def _row(product: Product, business: Business, sold: list[Decimal], *, today: date, sees_costs: bool) -> ProductRow:
    on_hand: Decimal = product.total_on_hand  # type: ignore[attr-defined]
    available = on_hand - product.total_committed  # type: ignore[attr-defined]
    total = sum(sold, Decimal(0))
    return ProductRow(
        product=product,
        on_hand=on_hand,
        available=available,
        sold=total,
        spark=spark(sold) if total else None,
        cover=cover(available, total, days=days_known(product, business, today)) if product.is_stocked else None,
        cost=product.known_cost if sees_costs else None,
        margin=margin_of(product, includes_tax=business.prices_include_tax) if sees_costs else None,
    )


def days_known(product: Product, business: Business, today: date) -> int:
    """For how many days its sales are known: it may be newer than the pace looks back."""
    return (today - business.local_day(product.created_at)).days + 1


def _sold_lately(business: Business, today: date) -> Coalesce:
    """The (negative) sum of what was sold in the last `DAYS` days."""
    since = business.days(today - timedelta(days=DAYS - 1), today).since
    sold = StockMovement.objects.filter(product=OuterRef("pk"), occurred_at__gte=since, kind__in=SALES).order_by()
    total = sold.values("product").annotate(total=Sum("quantity")).values("total")
    return Coalesce(Subquery(total), Decimal(0), output_field=QuantityField())


def _in_state(products: ProductQuerySet, state: str) -> ProductQuerySet:
    if state == "negative":
        return products.negative()
    return products.filter(stock_state=state) if state in StockState.values else products
