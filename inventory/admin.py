from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.businesses import BusinessAdmin, for_each, seat
from accounts.models import Business
from audit.staff import note
from common.staff import ChangeOnlyAdmin, ReadOnlyAdmin, ReadOnlyInline
from inventory import transfer_admin  # noqa: F401  (it registers its pages)
from inventory.models import (
    Barcode,
    Batch,
    BatchLevel,
    BatchMovement,
    BulkEdit,
    BulkEditRow,
    Category,
    CostCorrection,
    LandedCost,
    Location,
    MovementCost,
    Pack,
    Product,
    Reservation,
    StockLevel,
    StockMovement,
    Stocktake,
    StocktakeCount,
    StocktakeLine,
)
from inventory.services.catalogue import update_product
from inventory.services.costs import recost_all
from inventory.services.places import save_category, save_location
from inventory.services.proof import prove_ledger
from inventory.services.watch import check_business

EDITED = (
    "name", "variant", "sku", "unit", "price", "tax_rate", "cost", "reorder_point", "reorder_quantity", "is_active", "is_stocked",
)  # fmt: skip
DERIVED = ("average_cost", "stock_state", "search_text", "version", "created_at")


@admin.register(Category)
class CategoryAdmin(ChangeOnlyAdmin):
    list_display = ("name", "business", "default_reorder_point")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")
    readonly_fields = ("business", "version")

    def save_model(self, request: HttpRequest, obj: Category, form: "ModelForm[Category]", change: Any) -> None:
        save_category(category=obj, by=seat(request, obj.business), at=timezone.now())


@admin.register(Location)
class LocationAdmin(ChangeOnlyAdmin):
    list_display = ("name", "business", "kind", "is_default", "is_active")
    list_filter = ("kind", "is_default", "is_active")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")
    readonly_fields = ("business", "kind", "is_default", "version")

    def save_model(self, request: HttpRequest, obj: Location, form: "ModelForm[Location]", change: Any) -> None:
        save_location(location=obj, by=seat(request, obj.business), at=timezone.now())


class BarcodeInline(ReadOnlyInline):
    model = Barcode
    fields = ("code",)


class PackInline(ReadOnlyInline):
    model = Pack
    fields = ("name", "factor")


class LevelInline(ReadOnlyInline):
    model = StockLevel
    fields = ("location", "on_hand", "committed", "incoming")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("location")


@admin.register(Product)
class ProductAdmin(ChangeOnlyAdmin):
    """What people decide about a product can be mended; what the ledger says of it cannot."""

    list_display = ("label", "sku", "business", "category", "price", "stock_state", "is_active")
    list_filter = ("stock_state", "is_active", "is_stocked", "has_variants", "created_at")
    list_select_related = ("business", "category")
    search_fields = ("name", "sku", "business__slug")
    fields = ("business", "parent", "category", *EDITED, "has_variants", *DERIVED)
    readonly_fields = ("business", "parent", "category", "has_variants", *DERIVED)
    inlines = (BarcodeInline, PackInline, LevelInline)

    def save_model(self, request: HttpRequest, obj: Product, form: "ModelForm[Product]", change: Any) -> None:
        product = Product.objects.select_related("business", "category").get(pk=obj.pk)
        values = {name: form.cleaned_data[name] for name in EDITED}
        update_product(product=product, by=seat(request, product.business), values=values, at=timezone.now())


@admin.register(Barcode)
class BarcodeAdmin(ReadOnlyAdmin):
    list_display = ("code", "product", "business")
    list_select_related = ("product", "business")
    search_fields = ("code", "product__name", "business__slug")


@admin.register(Pack)
class PackAdmin(ReadOnlyAdmin):
    list_display = ("name", "factor", "product")
    list_select_related = ("product",)
    search_fields = ("name", "product__name", "product__business__slug")


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    """Never edited, by anybody: the ledger moves it."""

    list_display = ("product", "location", "on_hand", "committed", "incoming")
    list_select_related = ("product", "location")
    search_fields = ("product__name", "product__sku", "product__business__slug")


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ("level", "quantity", "document_type", "document_id", "reserved_at")
    list_select_related = ("level",)
    search_fields = ("level__product__name", "level__product__sku", "business__slug")


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "kind", "product", "quantity", "unit_cost", "location", "moved_by_email", "document", "reason")
    list_filter = ("kind", "occurred_at")
    list_select_related = ("product", "location", "moved_by__user")
    search_fields = ("product__name", "product__sku", "document", "business__slug")

    @admin.display(description="moved by")
    def moved_by_email(self, movement: StockMovement) -> str:
        return movement.moved_by.user.email


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("code", "expires_on", "product", "business")
    list_filter = ("expires_on",)
    list_select_related = ("product", "business")
    search_fields = ("code", "product__name", "business__slug")


@admin.register(BatchLevel)
class BatchLevelAdmin(ReadOnlyAdmin):
    list_display = ("batch", "product", "location", "on_hand")
    list_select_related = ("batch__product", "location")
    search_fields = ("batch__code", "batch__product__name", "batch__business__slug")

    @admin.display(description="product")
    def product(self, level: BatchLevel) -> str:
        return level.batch.product.label


@admin.register(BatchMovement)
class BatchMovementAdmin(ReadOnlyAdmin):
    list_display = ("movement", "batch", "quantity")
    list_select_related = ("movement", "batch")
    search_fields = ("batch__code", "batch__product__name", "business__slug")


@admin.register(MovementCost)
class MovementCostAdmin(ReadOnlyAdmin):
    """Derived: written anew by `manage.py rebuild_costs`."""

    list_display = ("at", "product", "quantity", "amount", "revalued", "quantity_after", "value_after", "unit_cost")
    list_select_related = ("product",)
    search_fields = ("product__name", "product__sku", "product__business__slug")


@admin.register(CostCorrection)
class CostCorrectionAdmin(ReadOnlyAdmin):
    list_display = ("movement", "cause", "amount")
    list_select_related = ("movement", "cause")
    search_fields = ("movement__product__name", "movement__product__business__slug")


@admin.register(LandedCost)
class LandedCostAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "movement", "amount", "reason", "document")
    list_select_related = ("movement",)
    search_fields = ("movement__product__name", "document", "business__slug")


class StocktakeLineInline(ReadOnlyInline):
    model = StocktakeLine
    fields = ("product", "turn", "counted", "counted_at", "expected", "unit_cost")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product")


@admin.register(Stocktake)
class StocktakeAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "location", "business", "category", "state", "note")
    list_filter = ("state", "started_at")
    list_select_related = ("location", "business", "category")
    search_fields = ("location__name", "note", "business__slug")
    inlines = (StocktakeLineInline,)


@admin.register(StocktakeLine)
class StocktakeLineAdmin(ReadOnlyAdmin):
    list_display = ("stocktake_id", "product", "turn", "counted", "counted_at", "expected")
    list_select_related = ("product",)
    search_fields = ("product__name", "product__sku", "stocktake__business__slug")


@admin.register(StocktakeCount)
class StocktakeCountAdmin(ReadOnlyAdmin):
    list_display = ("counted_at", "product_counted", "turn", "quantity", "counter")
    list_filter = ("counted_at",)
    list_select_related = ("line__product", "counted_by__user")
    search_fields = ("line__product__name", "line__product__sku", "business__slug")

    @admin.display(description="product")
    def product_counted(self, count: StocktakeCount) -> str:
        return count.line.product.label

    @admin.display(description="counted by")
    def counter(self, count: StocktakeCount) -> str:
        return count.counted_by.user.email


class BulkEditRowInline(ReadOnlyInline):
    model = BulkEditRow
    fields = ("product", "field", "before", "after", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product")


@admin.register(BulkEdit)
class BulkEditAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "what", "business", "kind", "changed", "refused", "undone_at")
    list_filter = ("kind", "made_at")
    list_select_related = ("business",)
    search_fields = ("what", "business__slug")
    inlines = (BulkEditRowInline,)


@admin.register(BulkEditRow)
class BulkEditRowAdmin(ReadOnlyAdmin):
    list_display = ("edit_id", "product", "field", "before", "after", "reason")
    list_select_related = ("product",)
    search_fields = ("product__name", "product__sku", "edit__business__slug")


@admin.action(description="Prove the stock ledger now", permissions=["change"])
def prove_now(page: BusinessAdmin, request: HttpRequest, rows: QuerySet[Business]) -> None:
    def act(business: Business) -> None:
        found = prove_ledger(business=business, at=timezone.now())
        note(request, "ledger proved", business, business_id=business.pk, after={"differences": len(found)})

    for_each(page, request, rows, act, "{count} ledgers were proved. What does not add up is an alert now.")


@admin.action(description="Write what stock cost anew from the ledger", permissions=["change"])
def rebuild_now(page: BusinessAdmin, request: HttpRequest, rows: QuerySet[Business]) -> None:
    def act(business: Business) -> None:
        count = recost_all(business=business)
        note(request, "costs rebuilt", business, business_id=business.pk, after={"products": count})

    for_each(page, request, rows, act, "What stock cost was written anew for {count} businesses.")


@admin.action(description="Check the stock now", permissions=["change"])
def check_now(page: BusinessAdmin, request: HttpRequest, rows: QuerySet[Business]) -> None:
    def act(business: Business) -> None:
        check_business(business=business, at=timezone.now())
        note(request, "stock checked", business, business_id=business.pk)

    for_each(page, request, rows, act, "The stock of {count} businesses was checked.")


BusinessAdmin.actions += [prove_now, rebuild_now, check_now]
