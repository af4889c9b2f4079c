from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business


class CustomerQuerySet(models.QuerySet["Customer"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def matching(self, text: str) -> Self:
        """A part of the name, or the beginning of the reference."""
        return self.filter(Q(name__icontains=text) | Q(reference__istartswith=text))


class Customer(models.Model):
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="customers")
    name = models.CharField(max_length=120)
    reference = models.CharField(
        max_length=60, help_text="The number other systems know the customer by; its own if they have none."
    )
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    country = models.CharField(max_length=60, blank=True, default="")
    note = models.CharField(max_length=255, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "reference"], name="customer_reference_once")]
        indexes = [models.Index(fields=["business", "name", "id"], name="customer_business_name")]

    def __str__(self) -> str:
        return self.name
