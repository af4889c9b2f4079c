from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business
from common.fields import MoneyField
from expenses.models import ExpenseCategory

USUAL_LEAD_DAYS = 7  # until one delivery has come and nobody has said


class SupplierQuerySet(models.QuerySet["Supplier"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def matching(self, text: str) -> Self:
        """Each word is a part of the name, the contact, the email or our number there."""
        rows = self
        for word in text.split():
            found = Q(name__icontains=word) | Q(contact__icontains=word) | Q(email__icontains=word)
            rows = rows.filter(found | Q(account_number__icontains=word))
        return rows


class Supplier(models.Model):
    """Whom goods are bought from. How long they take is learned from receipts, unless somebody says it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="suppliers")
    name = models.CharField(max_length=120)
    contact = models.CharField(max_length=120, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    account_number = models.CharField(max_length=60, blank=True, default="", help_text="Our customer number there.")
    lead_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Said by somebody; goes before what is learned."
    )
    learned_lead_days = models.PositiveSmallIntegerField(null=True, blank=True)
    minimum_order = MoneyField(null=True, blank=True, help_text="The least that an order must come to.")
    category = models.ForeignKey(
        ExpenseCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where their bills are filed.",
    )
    note = models.CharField(max_length=255, blank=True, default="")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = SupplierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "name"], name="supplier_name_once"),
            models.CheckConstraint(condition=Q(minimum_order__gt=Decimal(0)), name="supplier_minimum_ok"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lead_time(self) -> int:
        """Days from sending an order to its goods: said, else learned, else the usual."""
        known = self.learned_lead_days if self.lead_days is None else self.lead_days
        return USUAL_LEAD_DAYS if known is None else known
