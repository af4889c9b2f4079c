from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.utils.crypto import salted_hmac

from accounts.models import Business
from common.outbound import Outbound, OutboundQuerySet

PREFIX = "tbwh_"


class EndpointState(models.TextChoices):
    ON = "on", "On"
    PAUSED = "paused", "Paused"
    OFF = "off", "Switched off"


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def on(self) -> Self:
        return self.filter(paused_at=None, switched_off_at=None)


class Endpoint(models.Model):
    """An address of somebody's program that is told of alerts. Its secret is derived from `salt` and stored nowhere."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    kinds = models.CharField(max_length=1000, help_text="The kinds of alerts it is told of, space separated.")
    salt = models.CharField(max_length=64)
    old_salt = models.CharField(max_length=64, default="", help_text="Of the secret before, which signs too for a while.")
    old_salt_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, help_text="By an owner.")
    switched_off_at = models.DateTimeField(null=True, help_text="By Tillbook, when it did not answer for long.")
    failing_since = models.DateTimeField(null=True, help_text="The first failure after the last success.")
    resting_until = models.DateTimeField(null=True, help_text="After a failure it is left alone for a moment.")
    version = models.PositiveIntegerField(default=1)

    objects = EndpointQuerySet.as_manager()

    def __str__(self) -> str:
        return self.url

    @property
    def state(self) -> EndpointState:
        if self.switched_off_at:
            return EndpointState.OFF
        return EndpointState.PAUSED if self.paused_at else EndpointState.ON

    @property
    def kind_list(self) -> list[str]:
        return self.kinds.split()

    @property
    def secret(self) -> str:
        return secret_of(self.salt)

    def secrets(self, *, at: datetime) -> list[str]:
        """What signs at a moment: the secret, and the one before while it still holds."""
        holds = self.old_salt and self.old_salt_until and at < self.old_salt_until
        return [self.secret, secret_of(self.old_salt)] if holds else [self.secret]


def secret_of(salt: str) -> str:
    """256 bits that only SECRET_KEY and the salt together give."""
    return PREFIX + salted_hmac("webhooks.secret", salt, algorithm="sha256").hexdigest()


class DeliveryQuerySet(OutboundQuerySet["Delivery"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(endpoint__business=business)

    def stop(self, endpoints: Iterable[Endpoint], words: str, *, at: datetime) -> int:
        """Give up what waits, but for what a worker has in hand."""
        waiting = self.waiting().filter(endpoint__in=list(endpoints), claimed_until__lte=at)
        return waiting.update(gave_up_at=at, last_error=words[:255])


class Delivery(Outbound):
    """One event to one endpoint. Its id and body stay the same however often it is tried."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=255, default="")
    body = models.TextField(help_text="JSON, as it is signed and sent.")
    response_code = models.PositiveSmallIntegerField(null=True, help_text="The last HTTP status that came back.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["sent_at", "due_at"], name="webhook_due"),
            models.Index(fields=["endpoint", "created_at"], name="webhook_log"),
            models.Index(fields=["created_at"], name="webhook_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"

    def send_again(self, *, at: datetime) -> bool:
        """Make it due now, whatever became of it, with all attempts ahead of it. False while it is being sent."""
        rows = Delivery.objects.filter(pk=self.pk, claimed_until__lte=at)
        fresh = {"due_at": at, "offered_until": None, "attempts": 0, "sent_at": None, "gave_up_at": None, "created_at": at}
        return rows.update(claimed_until=at, last_error="", response_code=None, **fresh) == 1

    @property
    def is_waiting(self) -> bool:
        return self.sent_at is None and self.gave_up_at is None
