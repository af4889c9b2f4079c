from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Business, Member
from common.fields import MoneyField, QuantityField
from expenses.models import ExpenseCategory
from inventory.models import Location, Product
from purchasing.models.offer import Offer
from purchasing.models.supplier import Supplier

ZERO = Decimal(0)


class OrderState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    PART_RECEIVED = "part_received", "Part received"
    RECEIVED = "received", "Received"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


AWAITED = (OrderState.SENT, OrderState.PART_RECEIVED)
RECEIVABLE = (*AWAITED, OrderState.RECEIVED)
BINDING = (*RECEIVABLE, OrderState.CLOSED)


class PurchaseOrderQuerySet(models.QuerySet["PurchaseOrder"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def awaited(self) -> Self:
        """Sent, with goods still to come."""
        return self.filter(state__in=AWAITED)

    def overdue(self, today: date) -> Self:
        return self.awaited().filter(expected_on__lt=today)

    def unbilled(self) -> Self:
        """Bound to be paid for, and not settled by a bill yet."""
        return self.filter(state__in=BINDING, settled_at=None, due__gt=F("billed"))


class PurchaseOrder(models.Model):
    """What is bought of a supplier. `due` is what it will have cost: as ordered, then as received where less comes."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="purchase_orders")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=14, choices=OrderState, default=OrderState.DRAFT)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", help_text="Where its goods shall come.")
    category = models.ForeignKey(ExpenseCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=255, blank=True, default="", help_text="It stands on the order.")
    total = MoneyField(default=ZERO, help_text="Of its lines as ordered.")
    due = MoneyField(default=ZERO)
    billed = MoneyField(default=ZERO)
    expected_on = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True, help_text="The business's local day of sent_at.")
    sent_to = models.EmailField(blank=True, default="", help_text="Empty where it was not sent by email.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was closed or cancelled.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When its last bill came.")
    reason = models.CharField(max_length=255, blank=True, default="", help_text="Why it was cancelled or closed.")
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "number"], name="purchase_order_number_once"),
            models.CheckConstraint(condition=Q(total__gte=ZERO) & Q(due__gte=ZERO), name="purchase_order_total_ok"),
        ]
        indexes = [
            models.Index(fields=["business", "created_at", "id"], name="purchase_order_business_at"),
            models.Index(fields=["business", "state", "expected_on"], name="purchase_order_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_awaited(self) -> bool:
        return self.state in AWAITED

    @property
    def is_receivable(self) -> bool:
        return self.state in RECEIVABLE

    @property
    def is_billable(self) -> bool:
        return self.state in BINDING and self.settled_at is None

    @property
    def committed(self) -> Decimal:
        """What it will still cost."""
        return max(self.due - self.billed, ZERO) if self.is_billable else ZERO

    @property
    def subject_key(self) -> str:
        """The name under which alerts know this order."""
        return f"order:{self.pk}"


class PurchaseLine(models.Model):
    """One product of an order. `unit` and `factor` stay as they were, whatever becomes of the pack."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.SET_NULL, null=True, related_name="+")
    description = models.CharField(max_length=255)
    code = models.CharField(max_length=64, blank=True, default="", help_text="The supplier's own code.")
    unit = models.CharField(max_length=40)
    factor = QuantityField(help_text="How many of the product's own unit one `unit` is.")
    quantity = QuantityField(help_text="In `unit`.")
    price = MoneyField(help_text="Of one `unit`.")
    amount = MoneyField()
    ordered = QuantityField(help_text="In the product's own unit.")
    received = QuantityField(default=ZERO, help_text="In the product's own unit.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="purchase_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=ZERO) & Q(ordered__gt=ZERO), name="purchase_line_orders"),
            models.CheckConstraint(condition=Q(received__gte=ZERO), name="purchase_line_received_ok"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def outstanding(self) -> Decimal:
        """What is still to come, in the product's own unit."""
        return max(self.ordered - self.received, ZERO)

    @property
    def unit_price(self) -> Decimal:
        """Of one of the product's own unit, not rounded."""
        return self.price / self.factor
