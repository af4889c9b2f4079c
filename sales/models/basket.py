from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import uuid4

from django.db import models

from accounts.models import Business, Member
from common.fields import MoneyField
from sales.models.customer import Customer
from sales.models.sale import Sale

OPEN = "open"


def new_key() -> str:
    return uuid4().hex


class BasketQuerySet(models.QuerySet["Basket"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def held(self) -> Self:
        return self.filter(held_at__isnull=False, sale=None)

    def sold_before(self, moment: datetime) -> Self:
        return self.filter(sale__isnull=False, changed_at__lt=moment)


class Basket(models.Model):
    """What a customer is about to buy, kept on the server: it survives a reload and can be held and recalled at another till.

    A member has one open basket; `place` makes that so. A paid basket names its sale, so that paying twice finds the first sale.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    place = models.CharField(max_length=32, default=OPEN, help_text="“open” while it stands on the till, else its key.")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sale = models.ForeignKey(Sale, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    lines = models.TextField(default="[]", help_text="The lines as JSON.")
    discount_given = models.CharField(max_length=20, blank=True, default="", help_text="As it was typed: “5” or “10%”.")
    discount = MoneyField(default=Decimal(0))
    total = MoneyField(default=Decimal(0), help_text="What it came to when it last changed, for the list of held baskets.")
    held_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = BasketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "place"], name="basket_place_once")]
        indexes = [models.Index(fields=["business", "held_at"], name="basket_business_held")]

    def __str__(self) -> str:
        return self.key
