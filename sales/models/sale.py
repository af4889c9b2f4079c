from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from accounts.models import Business, Member, TaxRounding
from common.fields import MONEY_PLACES, CostField, MoneyField, QuantityField, RateField
from inventory.models import Location, Product
from sales.models.customer import Customer


class SaleKind(models.TextChoices):
    SALE = "sale", "Sale"
    REFUND = "refund", "Refund"


class SaleState(models.TextChoices):
    COMPLETED = "completed", "Completed"
    VOIDED = "voided", "Voided"


class PaymentMethod(models.TextChoices):
    CASH = "cash", "Cash"
    CARD = "card", "Card"
    VOUCHER = "voucher", "Voucher"
    OTHER = "other", "Other"


class SaleQuerySet(models.QuerySet["Sale"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def completed(self) -> Self:
        return self.filter(state=SaleState.COMPLETED)


class Sale(models.Model):
    """A receipt. A refund is one too, with negative amounts, linked to the sale it refunds."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="sales")
    kind = models.CharField(max_length=6, choices=SaleKind, default=SaleKind.SALE)
    state = models.CharField(max_length=10, choices=SaleState, default=SaleState.COMPLETED)
    number = models.CharField(max_length=40)
    source = models.CharField(max_length=20, default="tillbook", help_text="tillbook, or the import the sale came from.")
    refund_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="sales")
    sold_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    sold_at = models.DateTimeField()
    sold_on = models.DateField(help_text="The business's local day of sold_at.")
    recorded_at = models.DateTimeField()
    prices_include_tax = models.BooleanField()
    tax_rounding = models.CharField(max_length=10, choices=TaxRounding)
    discount = MoneyField(default=Decimal(0), help_text="Given on the whole sale; the lines carry their shares.")
    subtotal = MoneyField(help_text="Net of tax and discounts.")
    tax = MoneyField()
    total = MoneyField(help_text="What the customer pays.")
    cost = MoneyField(default=Decimal(0), help_text="Cost of the goods, rounded once.")
    paid = MoneyField(default=Decimal(0))
    change = MoneyField(default=Decimal(0))
    reason = models.CharField(max_length=255, default="", blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = SaleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "source", "number"], name="sale_number_once"),
            # rounded, because SQLite adds decimals as floats: 7.1 + 0.2 is not 7.3 there
            models.CheckConstraint(
                condition=Q(total=Round(F("subtotal") + F("tax"), precision=MONEY_PLACES)), name="sale_total_adds_up"
            ),
        ]
        indexes = [
            models.Index(fields=["business", "sold_at", "id"], name="sale_business_at"),
            models.Index(fields=["business", "sold_on", "state"], name="sale_business_on"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def margin(self) -> Decimal:
        return self.subtotal - self.cost

    @property
    def shown_discount(self) -> Decimal:
        """The discount as a receipt shows it: off a sale, back on a refund."""
        return -self.discount


class SaleLine(models.Model):
    """What was sold, at the price paid; written with its sale and never changed but for what was refunded of it."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=255)
    quantity = QuantityField()
    unit_price = MoneyField()
    discount = MoneyField(default=Decimal(0), help_text="Given on this line.")
    order_discount = MoneyField(default=Decimal(0), help_text="This line's share of the sale's discount.")
    tax_rate = RateField()
    net = MoneyField()
    tax = MoneyField()
    total = MoneyField()
    unit_cost = CostField(default=Decimal(0))
    refund_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    refunded_quantity = QuantityField(default=Decimal(0))
    restocked = models.BooleanField(default=False, help_text="On a refund: the goods went back on the shelf.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="sale_line_sells_something"),
            models.CheckConstraint(condition=Q(refunded_quantity__gte=0), name="sale_line_refunded_ok"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def cost(self) -> Decimal:
        return self.quantity * self.unit_cost

    @property
    def given_off(self) -> Decimal:
        """All discounts on this line, its share of the sale's among them."""
        return self.discount + self.order_discount

    @property
    def shown_amount(self) -> Decimal:
        """The line before the sale's discount, with or without tax as the prices are."""
        return (self.total if self.sale.prices_include_tax else self.net) + self.order_discount

    @property
    def left_to_refund(self) -> Decimal:
        return self.quantity - self.refunded_quantity


class Payment(models.Model):
    """Money that came in (positive) or went out (negative) for a sale."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=10, choices=PaymentMethod)
    amount = MoneyField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"
