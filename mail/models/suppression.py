from datetime import datetime
from typing import Self

from django.db import models


class SuppressionReason(models.TextChoices):
    BOUNCED = "bounced", "The address does not take mail"
    INVALID = "invalid", "The address is not valid"
    COMPLAINED = "complained", "Reported as spam"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed at the mail service"


def same_address(address: str) -> str:
    """One spelling for an address, however it was typed."""
    return address.strip().lower()


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, address: str) -> Self:
        return self.filter(address=same_address(address))

    def lift(self, address: str, *, before: datetime) -> int:
        """Write to an address again. What is learned after `before` stands."""
        return self.of(address).filter(since_at__lte=before).delete()[0]


class Suppression(models.Model):
    """An address that is written to no more, but for what its owner asks for to sign in."""

    address = models.EmailField(unique=True)
    reason = models.CharField(max_length=20, choices=SuppressionReason)
    detail = models.CharField(max_length=255, default="", help_text="What the mail service said.")
    since_at = models.DateTimeField()

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["since_at"], name="suppression_since")]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_reason_display()}"
