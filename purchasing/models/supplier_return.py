from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business, Member
from common.fields import MoneyField, QuantityField
from expenses.models import Expense
from purchasing.models.receipt import Receipt, ReceiptLine


class SupplierReturnQuerySet(models.QuerySet["SupplierReturn"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class SupplierReturn(models.Model):
    """Goods of a receipt that went back. `credit` is what the supplier takes off the bill to come, or gives back."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="returns")
    number = models.CharField(max_length=20)
    reason = models.CharField(max_length=255)
    credit = MoneyField(default=Decimal(0))
    refund = models.ForeignKey(Expense, on_delete=models.SET_NULL, null=True, related_name="+")
    is_refunded = models.BooleanField(default=False, help_text="Given back as money; otherwise the bill to come is less.")
    sent_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_on = models.DateField(help_text="The business's local day of sent_at.")

    objects = SupplierReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "number"], name="supplier_return_number_once"),
            models.CheckConstraint(condition=Q(credit__gte=Decimal(0)), name="supplier_return_credit_ok"),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """What of one line went back, in the product's own unit."""

    supplier_return = models.ForeignKey(SupplierReturn, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(ReceiptLine, on_delete=models.PROTECT, related_name="returns")
    quantity = QuantityField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=Decimal(0)), name="return_line_takes")]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"
