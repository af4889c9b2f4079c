from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Round

from accounts.models import Business
from common.fields import QUANTITY_PLACES, QuantityField
from inventory.models.location import LocationKind

if TYPE_CHECKING:
    from inventory.models.cost import MovementCost


class StockLevelQuerySet(models.QuerySet["StockLevel"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(product__business=business)

    def in_places(self) -> Self:
        """Without what is in transit."""
        return self.filter(location__kind=LocationKind.PLACE)

    def holding(self, quantity: Decimal) -> Self:
        """Levels with at least this much available. Rounded like `move`."""
        return self.filter(on_hand__gte=Round(F("committed") + quantity, precision=QUANTITY_PLACES))

    def move(self, quantity: Decimal) -> int:
        """Add a signed quantity. Rounded in SQL, because SQLite adds decimals as floats."""
        moved = Round(F("on_hand") + quantity, precision=QUANTITY_PLACES)
        return self.update(on_hand=moved, version=F("version") + 1)

    def with_shelves(self) -> Self:
        """Annotate `shelves`: on how many the product lies, this one included."""
        rows = StockLevel.objects.filter(product=OuterRef("product")).order_by().values("product").annotate(n=Count("pk"))
        return self.annotate(shelves=Subquery(rows.values("n")))

    def lock(self) -> int:
        """Have others wait with these until this transaction ends: any UPDATE does, on every database."""
        return self.update(version=F("version") + 1)


class StockLevel(models.Model):
    """Running total of the ledger per product and location; changed only together with a movement."""

    product = models.ForeignKey("inventory.Product", on_delete=models.CASCADE, related_name="levels")
    location = models.ForeignKey("inventory.Location", on_delete=models.PROTECT, related_name="levels")
    on_hand = QuantityField(default=Decimal(0))
    committed = QuantityField(default=Decimal(0))
    incoming = QuantityField(default=Decimal(0))
    version = models.PositiveBigIntegerField(default=0, help_text="Counts its changes: who read it sees whether it is still so.")

    objects = StockLevelQuerySet.as_manager()
    shelves: int | None = None  # how many the product has, where it was asked for (`with_shelves`)
    last_cost: "MovementCost | None" = None  # its product's, as it was when the shelf was found
    first_layer: "MovementCost | None" = None  # under FIFO, what is taken first of its product, at that moment too
    is_cost_known = False  # whether that was asked for

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "location"], name="stock_level_once")]

    def __str__(self) -> str:
        return f"{self.on_hand} of product {self.product_id}"

    @property
    def is_alone(self) -> bool:
        """The product lies nowhere else, and what it last cost was read together with it."""
        return self.shelves == 1 and self.is_cost_known

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.committed
