from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.db import models

from common import money, periods
from common.fields import MoneyField, RateField


class Kind(models.TextChoices):
    RETAIL = "retail", "Shop"
    PERSONAL = "personal", "Personal book"


class Plan(models.TextChoices):
    FREE = "free", "Free"
    PREMIUM = "premium", "Premium"


class TaxRounding(models.TextChoices):
    LINE = "line", "Each line"
    DOCUMENT = "document", "The whole receipt"


class ValuationMethod(models.TextChoices):
    AVERAGE = "average", "Moving average"
    FIFO = "fifo", "First in, first out"


class BusinessQuerySet(models.QuerySet["Business"]):
    def shops(self) -> Self:
        return self.filter(kind=Kind.RETAIL)


class Business(models.Model):
    """The tenant: a shop, or a person's own book."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RETAIL)
    plan = models.CharField(max_length=10, choices=Plan, default=Plan.FREE)
    currency = models.CharField(max_length=3, default="GBP")
    timezone = models.CharField(max_length=60, default="Europe/London")
    country = models.CharField(max_length=2, default="GB")
    address = models.CharField(max_length=255, blank=True, default="")
    tax_number = models.CharField(max_length=40, blank=True, default="")
    prices_include_tax = models.BooleanField(default=True)
    default_tax_rate = RateField(default=Decimal(0))
    tax_rounding = models.CharField(max_length=10, choices=TaxRounding, default=TaxRounding.LINE)
    valuation = models.CharField(max_length=10, choices=ValuationMethod, default=ValuationMethod.AVERAGE)
    allow_negative_stock = models.BooleanField(default=False)
    hide_costs = models.BooleanField(default=False, help_text="Viewers and clerks see no costs and margins.")
    most_discount_percent = RateField(default=Decimal(10), help_text="The largest discount a clerk may give.")
    over_receipt_percent = RateField(default=Decimal(0))
    expiry_warn_days = models.PositiveSmallIntegerField(default=14, help_text="How many days before a batch expires one is told.")
    closed_until = models.DateField(null=True, blank=True, help_text="The books are closed up to this day.")
    clerks_need_approval = models.BooleanField(default=True, help_text="In a shop a clerk's expense waits for a manager.")
    approve_above = MoneyField(null=True, blank=True, help_text="An expense above it waits, whoever but the owner adds it.")
    has_sample_data = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = BusinessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "businesses"
        indexes = [models.Index(fields=["timezone"], name="business_timezone")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shop(self) -> bool:
        return self.kind == Kind.RETAIL

    def local_day(self, at: datetime) -> date:
        return periods.local_day(at, self.timezone)

    def days(self, first: date, last: date) -> periods.Moments:
        return periods.days(first, last, self.timezone)

    def money(self, amount: Decimal) -> Decimal:
        return money.rounded(amount, self.currency)
