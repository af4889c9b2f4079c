from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from accounts.models import Business
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from common.fields import QUANTITY_PLACES, QuantityField
from inventory.models.location import Location
from inventory.models.movement import StockMovement
from inventory.models.product import Product


class BatchQuerySet(models.QuerySet["Batch"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def soonest_first(self) -> Self:
        return self.order_by("expires_on", "pk")


class Batch(models.Model):
    """Units of a product that expire on one day, which is the last on which they are sold.

    Its `code` is what the maker printed on it; where nothing is, the day stands in for it.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="batches")
    code = models.CharField(max_length=64)
    expires_on = models.DateField()

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["product", "code"], name="batch_code_once")]
        indexes = [models.Index(fields=["business", "expires_on"], name="batch_business_expires")]

    def __str__(self) -> str:
        return self.code

    @property
    def own_code(self) -> str:
        """What is printed on it, or nothing."""
        return "" if self.code == self.expires_on.isoformat() else self.code

    @property
    def subject_key(self) -> str:
        """The name under which alerts know it."""
        return f"batch:{self.pk}"

    def is_expired(self, today: date) -> bool:
        return self.expires_on < today


class BatchLevelQuerySet(models.QuerySet["BatchLevel"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(batch__business=business)

    def in_stock(self) -> Self:
        return self.filter(on_hand__gt=0)

    def soonest_first(self) -> Self:
        return self.order_by("batch__expires_on", "batch_id")

    def move(self, quantity: Decimal) -> int:
        """Add a signed quantity where that leaves nothing below zero. Rounded in SQL, because SQLite adds decimals as floats."""
        rows = self.filter(on_hand__gte=-quantity) if quantity < 0 else self
        return rows.update(on_hand=Round(F("on_hand") + quantity, precision=QUANTITY_PLACES))


class BatchLevel(models.Model):
    """Running total of a batch at a location; changed only together with a movement."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="levels")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    on_hand = QuantityField(default=Decimal(0))

    objects = BatchLevelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "location"], name="batch_level_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="batch_level_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} of {self.batch_id}"


class BatchMovementQuerySet(AppendOnlyQuerySet):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class BatchMovement(AppendOnlyModel):
    """How much of one movement was of one batch. What is of none, because nobody knows when it expires, has no row."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    movement = models.ForeignKey(StockMovement, on_delete=models.PROTECT, related_name="batches")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="movements")
    quantity = QuantityField(help_text="Signed like its movement.")

    objects = BatchMovementQuerySet.as_manager()  # type: ignore[misc]  # its own in place of the base's

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["movement", "batch"], name="batch_movement_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="batch_movement_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.batch_id}"
