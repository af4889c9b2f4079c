from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, *, at: datetime) -> Self:
        """Unsent, not given up, not claimed by a worker at this moment, and past its back-off."""
        return self.filter(sent_at=None, gave_up_at=None, due_at__lte=at, claimed_until__lte=at)


class OutboxMessage(models.Model):
    """An email, written in the same transaction as its cause and sent after it."""

    business = models.ForeignKey("accounts.Business", on_delete=models.CASCADE, related_name="+", null=True)
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, related_name="+", null=True)
    kind = models.CharField(max_length=40)
    to = models.EmailField()
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField(default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=255, default="")

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sent_at", "due_at"], name="outbox_due"),
            models.Index(fields=["business", "created_at"], name="outbox_business"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    def claim(self, *, at: datetime) -> bool:
        """Take the message for this worker; at most one worker gets True until the lease is over."""
        due = OutboxMessage.objects.due(at=at).filter(pk=self.pk)
        return due.update(claimed_until=at + LEASE, attempts=F("attempts") + 1) == 1
