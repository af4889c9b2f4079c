from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Business, Member
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from common.fields import CostField, MoneyField, QuantityField
from inventory.models.movement import StockMovement
from inventory.models.product import Product

VALUE_DIGITS = 31  # the most that DB2 holds
COUNTER_DIGITS = 21


class MovementCostQuerySet(models.QuerySet["MovementCost"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(product__business=business)

    def latest_of(self, products: QuerySet[Product], *, before: datetime | None = None) -> Self:
        """Of each product the last one, or the last before a moment: one look into the index for each."""
        own = MovementCost.objects.filter(product=OuterRef("pk"))
        if before is not None:
            own = own.filter(at__lt=before)
        newest = products.order_by().annotate(newest=Subquery(own.newest_first().values("pk")[:1]))
        return self.filter(pk__in=newest.values("newest"))

    def newest_first(self) -> Self:
        return self.order_by("-at", "-movement_id")

    def oldest_first(self) -> Self:
        return self.order_by("at", "movement_id")


class MovementCost(models.Model):
    """Derived: what a movement was worth, and what there was of its product after it. Written anew from the ledger at any time.

    `amount` is what it was worth, with the sign of the quantity; `revalued` is what else changed at its moment. What only
    changes place has no row.
    """

    movement = models.OneToOneField(StockMovement, on_delete=models.PROTECT, primary_key=True, related_name="cost")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="costs", db_index=False)
    at = models.DateTimeField(help_text="When it happened, as in the ledger.")
    quantity = QuantityField()
    amount = CostField(max_digits=VALUE_DIGITS)
    revalued = CostField(max_digits=VALUE_DIGITS, default=Decimal(0))
    quantity_after = QuantityField(max_digits=COUNTER_DIGITS)
    value_after = CostField(max_digits=VALUE_DIGITS)
    unit_cost = CostField(help_text="The last known cost of one, after it.")
    first_cost = CostField(help_text="The first cost of one that became known; 0 before.")
    came = QuantityField(max_digits=COUNTER_DIGITS, help_text="All that ever came, up to it.")
    gone = QuantityField(max_digits=COUNTER_DIGITS, help_text="All that ever went, up to it.")

    objects = MovementCostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["product", "at", "movement"], name="movement_cost_product_at"),
            models.Index(fields=["product", "came"], name="movement_cost_product_came"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.quantity}"


class CostCorrection(models.Model):
    """Derived: what went below zero turned out, at a later movement, to have cost more (negative) or less than was booked."""

    movement = models.ForeignKey(MovementCost, on_delete=models.PROTECT, related_name="corrections")
    cause = models.ForeignKey(MovementCost, on_delete=models.PROTECT, related_name="corrects")
    amount = CostField(max_digits=VALUE_DIGITS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["movement", "cause"], name="cost_correction_once")]

    def __str__(self) -> str:
        return str(self.amount)


class LandedCostQuerySet(AppendOnlyQuerySet):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class LandedCost(AppendOnlyModel):
    """Freight, duty or the like on what a receipt brought. A fact of the ledger; a correction is a further row, signed."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    movement = models.ForeignKey(StockMovement, on_delete=models.PROTECT, related_name="landed_costs")
    amount = MoneyField()
    recorded_at = models.DateTimeField()
    added_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=255, default="")
    document = models.CharField(max_length=40, default="")

    objects = LandedCostQuerySet.as_manager()  # type: ignore[misc]  # its own in place of the base's

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="landed_cost_costs_something")]

    def __str__(self) -> str:
        return str(self.amount)
