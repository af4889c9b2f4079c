from datetime import datetime
from typing import Self

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q


class SuppressionReason(models.TextChoices):
    BOUNCED = "bounced", "The address does not take mail"
    INVALID = "invalid", "The address is not valid"
    COMPLAINED = "complained", "Reported as spam"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed at the mail service"


def same_address(address: str) -> str:
    """One spelling for an address, however it was typed."""
    return address.strip().lower()


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def active(self) -> Self:
        """Not lifted, or learned of anew since."""
        return self.filter(Q(lifted_at=None) | Q(since_at__gt=F("lifted_at")))

    def of(self, address: str) -> Self:
        return self.filter(address=same_address(address))

    def lift(self, address: str, *, at: datetime) -> int:
        """Write to an address again. What happened before `at` and is told later suppresses it no more."""
        return self.active().of(address).update(lifted_at=at)

    def learn(self, *, address: str, reason: SuppressionReason, detail: str, at: datetime) -> None:
        """Suppress an address for what happened at a moment; the latest counts, in whatever order it is told."""
        found = {"reason": reason, "detail": detail[:255], "since_at": at}
        try:
            with transaction.atomic():
                _, is_new = self.get_or_create(address=same_address(address), defaults=found)
        except IntegrityError:  # another process was first
            is_new = False
        if not is_new:
            self.of(address).filter(Q(since_at__lt=at) | Q(since_at=at, reason__lt=reason)).update(**found)


class Suppression(models.Model):
    """An address that is written to no more, but for what its owner asks for to sign in."""

    address = models.EmailField(unique=True)
    reason = models.CharField(max_length=20, choices=SuppressionReason)
    detail = models.CharField(max_length=255, default="", help_text="What the mail service said.")
    since_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, help_text="When its owner said that it takes mail again.")

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["since_at"], name="suppression_since")]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_reason_display()}"
