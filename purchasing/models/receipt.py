from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business, Member
from common.fields import CostField, MoneyField, QuantityField
from inventory.models import Batch, Location, Product
from purchasing.models.order import PurchaseLine, PurchaseOrder


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class Receipt(models.Model):
    """Goods of an order that came together. Never changed; what goes back is a return."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(max_length=20)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    landed_cost = MoneyField(default=Decimal(0), help_text="Freight, duty and the like, shared over its lines by value.")
    note = models.CharField(max_length=255, blank=True, default="")
    received_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    received_on = models.DateField(help_text="The business's local day of received_at.")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "number"], name="goods_receipt_number_once")]
        indexes = [models.Index(fields=["order", "received_at"], name="goods_receipt_order_at")]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(models.Model):
    """What came of one line, in the product's own unit."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(PurchaseLine, on_delete=models.PROTECT, related_name="receipts")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    unit_cost = CostField(help_text="Of one, without what is landed on it.")
    landed_cost = MoneyField(default=Decimal(0), help_text="The line's share.")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    returned = QuantityField(default=Decimal(0), help_text="What went back to the supplier.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=Decimal(0)), name="goods_receipt_line_brings"),
            models.CheckConstraint(condition=Q(returned__gte=Decimal(0)), name="goods_receipt_returned_ok"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product}"

    @property
    def left_to_return(self) -> Decimal:
        return self.quantity - self.returned
