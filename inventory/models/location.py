from typing import Self

from django.db import models

from accounts.models import Business


class LocationQuerySet(models.QuerySet["Location"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def active(self) -> Self:
        return self.filter(is_active=True)


class Location(models.Model):
    """A place that holds stock. Each shop is born with its default one."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="location_name_once")]

    def __str__(self) -> str:
        return self.name
