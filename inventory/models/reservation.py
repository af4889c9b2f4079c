from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business
from common.fields import QuantityField
from inventory.models.stock_level import StockLevel


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def of_document(self, document_type: str, document_id: int) -> Self:
        return self.filter(document_type=document_type, document_id=document_id)

    def older_than(self, moment: datetime) -> Self:
        return self.filter(reserved_at__lt=moment)


class Reservation(models.Model):
    """Goods on a shelf that are set aside for a document. All of a shelf's add up to what is committed of it."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="+")
    level = models.ForeignKey(StockLevel, on_delete=models.CASCADE, related_name="reservations")
    quantity = QuantityField()
    document_type = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    reserved_at = models.DateTimeField()

    objects = ReservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document_type", "document_id", "level"], name="reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_reserves"),
        ]
        indexes = [models.Index(fields=["reserved_at"], name="reservation_at")]

    def __str__(self) -> str:
        return f"{self.quantity} of shelf {self.level_id}"
