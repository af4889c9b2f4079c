from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business
from common.fields import QuantityField


class CategoryQuerySet(models.QuerySet["Category"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class Category(models.Model):
    """A shelf label for products; its reorder point holds for products that have none of their own."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=120)
    default_reorder_point = QuantityField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["business", "name"], name="category_name_once"),
            models.CheckConstraint(condition=Q(default_reorder_point__gte=0), name="category_reorder_point_ok"),
        ]

    def __str__(self) -> str:
        return self.name
