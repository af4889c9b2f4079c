from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business, Member
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from common.fields import CostField, QuantityField
from inventory.models.location import Location
from inventory.models.product import Product


class MovementKind(models.TextChoices):
    OPENING = "opening", "Opening stock"
    RECEIVED = "received", "Received"
    SOLD = "sold", "Sold"
    RETURNED = "returned", "Returned"
    VOIDED = "voided", "Sale voided"
    ADJUSTED = "adjusted", "Adjusted"
    TAKEN = "taken", "Taken"
    MOVED = "moved", "Moved"
    SENT_BACK = "sent_back", "Sent back"
    COUNTED = "counted", "Counted"


class StockMovementQuerySet(AppendOnlyQuerySet):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def newest_first(self) -> Self:
        return self.order_by("-occurred_at", "-id")

    def before(self, moment: datetime, pk: int) -> Self:
        """What comes after the given movement in `newest_first`."""
        return self.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, pk__lt=pk))


class StockMovement(AppendOnlyModel):
    """One immutable row of the stock ledger. A correction is a new row."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12, choices=MovementKind)
    quantity = QuantityField(help_text="Signed: what came is positive, what went is negative.")
    unit_cost = CostField(
        null=True, help_text="What one unit cost, on what came in. On what went: what it was expected to, where nobody knew."
    )
    occurred_at = models.DateTimeField()
    occurred_on = models.DateField(help_text="The business's local day of occurred_at.")
    recorded_at = models.DateTimeField()
    moved_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=255, default="")
    gives_back = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", help_text="The movement that took what comes back by this."
    )
    document_type = models.CharField(max_length=20, default="")
    document_id = models.BigIntegerField(null=True)
    document = models.CharField(max_length=40, default="", help_text="The document's number as people read it.")

    objects = StockMovementQuerySet.as_manager()  # type: ignore[misc]  # its own in place of the base's

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="movement_moves_something")]
        indexes = [
            models.Index(fields=["product", "occurred_at"], name="movement_product_at"),
            models.Index(fields=["business", "occurred_at"], name="movement_business_at"),
            models.Index(fields=["product", "location"], name="movement_product_location"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
