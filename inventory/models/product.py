from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Business
from common.fields import CostField, MoneyField, QuantityField, RateField
from inventory.models.category import Category
from inventory.models.location import LocationKind
from inventory.models.stock_level import StockLevel
from inventory.units import Unit

SEARCH_BYTES = 255  # the most that a key holds on every database
FEW = 1000


class StockState(models.TextChoices):
    OK = "ok", "Fine"
    LOW = "low", "Low"
    OUT = "out", "Out"


class ProductQuerySet(models.QuerySet["Product"]):
    shop_id: int | None = None

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.shop_id = self.shop_id
        return clone

    def for_business(self, business: Business) -> Self:
        found = self.filter(business=business)
        found.shop_id = business.pk
        return found

    def active(self) -> Self:
        return self.filter(is_active=True)

    def sellable(self) -> Self:
        """What can stand on a receipt: active, and not the parent of variants."""
        return self.active().filter(has_variants=False)

    def low(self) -> Self:
        return self.filter(stock_state=StockState.LOW)

    def out(self) -> Self:
        return self.filter(stock_state=StockState.OUT)

    def negative(self) -> Self:
        return self.with_stock().filter(total_on_hand__lt=F("total_committed"))

    def matching(self, text: str) -> Self:
        """Every word is a part of the name, the SKU or a barcode. After `for_business`, one query more tells where to look.

        What few products match is found in an index that holds just their texts, ten times as fast as by walking through the
        products in order of name; what many match is not, since the walk soon has a page of them.
        """
        words = [word.strip(",") or word for word in normalised(text).split()]  # as it is shown: “Tote bag, Red”
        if not words:
            return self
        fits = Q(*[Q(search_text__contains=word) for word in words])
        few = _few(fits, self.shop_id) if self.shop_id else None
        return self.filter(fits) if few is None else self.filter(pk__in=few)

    def lock(self) -> int:
        """Have others wait until this transaction ends. SELECT FOR UPDATE would itself wait for all whose receipts name one."""
        return self.update(average_cost=F("average_cost"))

    def with_stock(self) -> Self:
        """Annotate `total_on_hand`, `total_committed` and `total_incoming` over all places, in the same query.

        What is in transit is incoming, and on hand nowhere; `with_transit` tells how much of it there is.
        """
        return self.annotate(
            total_on_hand=_total("on_hand"), total_committed=_total("committed"), total_incoming=_total("incoming")
        )

    def with_transit(self) -> Self:
        """Annotate `total_in_transit`: what is under way between two places."""
        return self.annotate(total_in_transit=_total("on_hand", LocationKind.TRANSIT))

    def whose_state_may_change(self) -> Self:
        """`with_stock`: whose stock no longer says what their state says, and few others; most nights, next to none."""
        left, point = F("total_on_hand") - F("total_committed"), Coalesce("reorder_point", "category__default_reorder_point")
        rows = self.with_stock().annotate(left=left, point=point)
        unwatched = Q(is_active=False) | Q(is_stocked=False) | Q(has_variants=True)
        no_longer_fine = Q(is_active=True, is_stocked=True, has_variants=False) & (Q(left__lte=0) | Q(left__lte=F("point")))
        no_longer_low = unwatched | Q(left__lte=0) | Q(left__gt=F("point")) | Q(point=None)
        no_longer_out = unwatched | Q(left__gt=0) | Q(point=None)
        return rows.filter(
            Q(stock_state=StockState.OK) & no_longer_fine
            | Q(stock_state=StockState.LOW) & no_longer_low
            | Q(stock_state=StockState.OUT) & no_longer_out
        )


def _total(column: str, kind: LocationKind = LocationKind.PLACE) -> Coalesce:
    levels = StockLevel.objects.filter(product=OuterRef("pk"), location__kind=kind).order_by()
    rows = levels.values("product").annotate(total=Sum(column))
    return Coalesce(Subquery(rows.values("total")), Decimal(0), output_field=QuantityField())


def _few(fits: Q, shop_id: int) -> list[int] | None:
    """The products of the shop that fit, or None where they are many. Asks for nothing that its index does not hold."""
    texts = Product.objects.filter(fits, business_id=shop_id).order_by()
    ids = list(texts.values_list("pk", flat=True)[: FEW + 1])
    return ids if len(ids) <= FEW else None


def normalised(text: str) -> str:
    """Text as it is searched: case folded, single spaces."""
    return " ".join(text.casefold().split())


def searchable(*texts: str) -> str:
    """What is looked through: each word once. What is too long loses its end, counted in bytes as DB2 counts."""
    words = dict.fromkeys(normalised(" ".join(texts)).split())
    return " ".join(words).encode()[:SEARCH_BYTES].decode(errors="ignore")


class Product(models.Model):
    """Something sold. `average_cost` and `stock_state` are derived from the ledger and can be rebuilt from it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="products")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants")
    name = models.CharField(max_length=200)
    variant = models.CharField(max_length=80, blank=True, default="", help_text="Size, colour or the like: “Red, M”.")
    sku = models.CharField("SKU", max_length=64)
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="products")
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.EACH)
    price = MoneyField()
    tax_rate = RateField(default=Decimal(0))
    cost = CostField(null=True, blank=True, help_text="What it is expected to cost; a receipt without a cost takes it.")
    reorder_point = QuantityField(null=True, blank=True)
    reorder_quantity = QuantityField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_stocked = models.BooleanField(default=True, help_text="Off for services and postage, which have no stock.")
    has_variants = models.BooleanField(default=False)
    tracks_batches = models.BooleanField(default=False, help_text="On for what expires: each receipt says when.")
    warn_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many days before it expires an alert comes; empty for what the shop has set."
    )
    search_text = models.CharField(max_length=SEARCH_BYTES, default="")
    average_cost = CostField(default=Decimal(0))
    stock_state = models.CharField(max_length=5, choices=StockState, default=StockState.OK)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "sku"], name="product_sku_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="product_price_ok"),
            models.CheckConstraint(condition=Q(reorder_point__gte=0), name="product_reorder_point_ok"),
            models.CheckConstraint(condition=Q(reorder_quantity__gt=0), name="product_reorder_quantity_ok"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0), name="product_tax_rate_ok"),
        ]
        indexes = [
            models.Index(fields=["business", "name", "id"], name="product_business_name"),
            models.Index(fields=["business", "search_text"], name="product_business_search"),
            models.Index(fields=["business", "stock_state", "name", "id"], name="product_business_state"),
            models.Index(fields=["business", "category", "name", "id"], name="product_business_category"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"{self.name}, {self.variant}" if self.variant else self.name

    @property
    def effective_reorder_point(self) -> Decimal | None:
        """Its own, else its category's (which must have been selected with it)."""
        if self.reorder_point is not None or self.category_id is None:
            return self.reorder_point
        assert self.category is not None  # noqa: S101  (category_id is set)
        return self.category.default_reorder_point

    @property
    def known_cost(self) -> Decimal | None:
        """What one is known to cost: its average, else what it is expected to."""
        return self.average_cost or self.cost

    def warned_before(self, business: Business) -> int:
        """How many days before a batch of it expires one is told."""
        return business.expiry_warn_days if self.warn_days is None else self.warn_days

    @property
    def subject_key(self) -> str:
        """The name under which alerts know this product."""
        return f"product:{self.pk}"


class BarcodeQuerySet(models.QuerySet["Barcode"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class Barcode(models.Model):
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="barcodes")
    code = models.CharField(max_length=64)

    objects = BarcodeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "code"], name="barcode_once")]

    def __str__(self) -> str:
        return self.code


class Pack(models.Model):
    """A named multiple of the product's unit: a case of 12."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="packs")
    name = models.CharField(max_length=40)
    factor = QuantityField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="pack_name_once"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="pack_factor_ok"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.factor.normalize():f}"
