from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business, Member
from common.fields import MoneyField
from expenses.models import Expense, ExpenseState
from purchasing.models.order import PurchaseOrder
from purchasing.models.supplier import Supplier


class BillQuerySet(models.QuerySet["Bill"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def waiting(self) -> Self:
        """Bills whose expense waits for approval, and so counts nowhere yet."""
        return self.filter(expense__state=ExpenseState.WAITING)


class Bill(models.Model):
    """What a supplier charges for an order: an expense in its category."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="bills")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="bills")
    number = models.CharField(max_length=60, help_text="The supplier's own.")
    billed_on = models.DateField()
    amount = MoneyField()
    expense = models.ForeignKey(Expense, on_delete=models.SET_NULL, null=True, related_name="bills")
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = BillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "number"], name="bill_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=Decimal(0)), name="bill_amount_ok"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.supplier}"
