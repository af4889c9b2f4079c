from decimal import Decimal
from typing import Self

from django.db import models

from accounts.models import Business, Member
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from common.fields import CostField, QuantityField
from inventory.models.category import Category
from inventory.models.location import Location
from inventory.models.product import Product


class StocktakeState(models.TextChoices):
    COUNTING = "counting", "Counting"
    APPROVED = "approved", "Approved"
    CANCELLED = "cancelled", "Cancelled"


class StocktakeQuerySet(models.QuerySet["Stocktake"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def open(self) -> Self:
        return self.filter(state=StocktakeState.COUNTING)


class Stocktake(models.Model):
    """A counting session at one place. While it is open its `slot` keeps a second one out of that place."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="stocktakes")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="stocktakes")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=StocktakeState, default=StocktakeState.COUNTING)
    slot = models.CharField(max_length=40)
    note = models.CharField(max_length=255, default="")
    started_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = StocktakeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "slot"], name="stocktake_one_open")]
        indexes = [models.Index(fields=["business", "started_at"], name="stocktake_business_at")]

    def __str__(self) -> str:
        return f"Count of {self.location}"

    @property
    def is_open(self) -> bool:
        return self.state == StocktakeState.COUNTING


class StocktakeLineQuerySet(models.QuerySet["StocktakeLine"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(stocktake__business=business)


class StocktakeLine(models.Model):
    """A product of a count: what was counted, and, once approved, what the books said at that moment."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1, help_text="A recount begins the next one.")
    counted = QuantityField(null=True, help_text="The sum of this turn's counts; empty until there is one.")
    counted_at = models.DateTimeField(null=True, help_text="When the last count of this turn was made.")
    expected = QuantityField(null=True, help_text="What the ledger said for that moment; known once approved.")
    unit_cost = CostField(null=True, help_text="What one was worth when approved.")

    objects = StocktakeLineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stocktake", "product"], name="stocktake_line_once")]

    def __str__(self) -> str:
        return f"{self.product} of {self.stocktake_id}"

    @property
    def variance(self) -> Decimal | None:
        return None if self.counted is None or self.expected is None else self.counted - self.expected


class StocktakeCountQuerySet(AppendOnlyQuerySet):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class StocktakeCount(AppendOnlyModel):
    """One person's count of one product in one turn. Nothing is overwritten; a recount is another turn."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(StocktakeLine, on_delete=models.CASCADE, related_name="counts")
    turn = models.PositiveSmallIntegerField()
    quantity = QuantityField()
    counted_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects = StocktakeCountQuerySet.as_manager()  # type: ignore[misc]  # its own in place of the base's

    def __str__(self) -> str:
        return f"{self.quantity}"
