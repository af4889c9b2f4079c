from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business
from audit.models import AppendOnlyModel, AppendOnlyQuerySet
from common.fields import MoneyField, QuantityField
from inventory.models import Product
from purchasing.models.supplier import Supplier


class OfferQuerySet(models.QuerySet["Offer"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True, supplier__is_active=True)


class Offer(models.Model):
    """What a supplier sells of a product: under which code, by what unit or pack, at what price."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="offers")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="offers")
    code = models.CharField(max_length=64, blank=True, default="", help_text="The supplier's own code for it.")
    unit = models.CharField(max_length=40, help_text="The product's unit, or a pack of it, by which it is ordered.")
    price = MoneyField(help_text="Of one such unit.")
    minimum = QuantityField(null=True, blank=True, help_text="The fewest such units in one order.")
    is_preferred = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "product"], name="offer_once"),
            models.CheckConstraint(condition=Q(price__gte=Decimal(0)), name="offer_price_ok"),
            models.CheckConstraint(condition=Q(minimum__gt=Decimal(0)), name="offer_minimum_ok"),
        ]
        indexes = [models.Index(fields=["business", "product"], name="offer_business_product")]

    def __str__(self) -> str:
        return f"{self.product} from {self.supplier}"


class OfferPriceQuerySet(AppendOnlyQuerySet):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class OfferPrice(AppendOnlyModel):
    """A price that an offer had from a moment on. The last one is the offer's own."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="prices")
    unit = models.CharField(max_length=40)
    price = MoneyField()
    since_at = models.DateTimeField()
    source = models.CharField(max_length=40, default="", help_text="The document it comes from; empty where somebody said it.")

    objects = OfferPriceQuerySet.as_manager()  # type: ignore[misc]  # its own in place of the base's

    class Meta:
        indexes = [models.Index(fields=["offer", "since_at"], name="offer_price_since")]

    def __str__(self) -> str:
        return f"{self.price} a {self.unit}"
