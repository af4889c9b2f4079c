from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models.user import User

FORGOTTEN_AFTER = timedelta(days=400)


class KnownDeviceQuerySet(models.QuerySet["KnownDevice"]):
    def alike(self, *, token_hash: str, browser: str, network: str) -> Self:
        """The same cookie, or the same kind of browser in the same corner of the network, whose cookies may be cleared."""
        return self.filter(Q(token_hash=token_hash) | Q(browser=browser, network=network))

    def unseen_since(self, at: datetime) -> Self:
        return self.filter(last_seen_at__lt=at)


class KnownDevice(models.Model):
    """A browser from which a person has logged in. Of its cookie only a fingerprint is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64)
    browser = models.CharField(max_length=80)
    network = models.CharField(max_length=50, default="")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = KnownDeviceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token_hash"], name="known_device_once")]
        indexes = [models.Index(fields=["last_seen_at"], name="known_device_seen")]

    def __str__(self) -> str:
        return f"{self.browser} of {self.user_id}"
