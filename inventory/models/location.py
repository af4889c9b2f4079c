from typing import Self

from django.db import models

from accounts.models import Business


class LocationKind(models.TextChoices):
    PLACE = "place", "Place"
    TRANSIT = "transit", "In transit"


class LocationQuerySet(models.QuerySet["Location"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def places(self) -> Self:
        """Where goods can be sold, counted or received: not where those lie that are under way."""
        return self.filter(kind=LocationKind.PLACE)

    def active(self) -> Self:
        return self.filter(is_active=True)


class Location(models.Model):
    """A place that holds stock. Each shop is born with its default one.

    What is under way between two lies at a location of its own kind, made when first needed, so that the ledger always adds up.
    """

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=LocationKind, default=LocationKind.PLACE)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="location_name_once")]

    def __str__(self) -> str:
        return self.name
