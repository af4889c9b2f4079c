from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business
from common.fields import CostField


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class ExchangeRate(models.Model):
    """What one unit of a foreign currency was worth in the business's own on a day."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="exchange_rates")
    currency = models.CharField(max_length=3)
    on = models.DateField(db_column="rate_on")
    rate = CostField()

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "currency", "on"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_ok"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} at {self.rate} on {self.on}"
