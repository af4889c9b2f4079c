from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import uuid4

from django.db import models

from accounts.models import Business, Member


class AlertKind(models.TextChoices):
    LOW_STOCK = "low_stock", "Low stock"
    OUT_OF_STOCK = "out_of_stock", "Out of stock"
    EXPIRING = "expiring", "Batch expires"
    BUDGET = "budget", "Budget threshold"
    UNUSUAL_EXPENSE = "unusual_expense", "Unusual expense"
    RECURRING_DUE = "recurring_due", "Recurring expense due"
    APPROVAL = "approval", "Expense waits for approval"
    ORDER_OVERDUE = "order_overdue", "Order overdue"
    LEDGER_MISMATCH = "ledger_mismatch", "Stock ledger does not add up"
    WEBHOOK_OFF = "webhook_off", "Webhook switched off"


SIGNS: dict[str, str] = {
    AlertKind.LOW_STOCK: "low",
    AlertKind.OUT_OF_STOCK: "out",
    AlertKind.EXPIRING: "low",
    AlertKind.UNUSUAL_EXPENSE: "low",
    AlertKind.LEDGER_MISMATCH: "over",
    AlertKind.WEBHOOK_OFF: "out",
}
WHOLE = 100


class AlertState(models.TextChoices):
    OPEN = "open", "Open"
    SNOOZED = "snoozed", "Snoozed"
    RESOLVED = "resolved", "Resolved"


class Channel(models.TextChoices):
    AT_ONCE = "at_once", "Email at once"
    DIGEST = "digest", "In the summary"
    PORTAL = "portal", "In Tillbook only"
    OFF = "off", "Off"


class AlertQuerySet(models.QuerySet["Alert"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def unresolved(self) -> Self:
        return self.exclude(state=AlertState.RESOLVED)

    def open(self) -> Self:
        return self.filter(state=AlertState.OPEN)

    def unseen_since(self, at: datetime) -> Self:
        """Open since then, looked at by nobody, and the owners not told of that."""
        return self.open().filter(seen_at=None, escalated_at=None, raised_at__lte=at)


class Alert(models.Model):
    """One thing worth telling a business. While it is not resolved, its `slot` keeps a second one out."""

    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=30, choices=AlertKind)
    state = models.CharField(max_length=10, choices=AlertState, default=AlertState.OPEN)
    subject_key = models.CharField(max_length=60, help_text="What it is about, for example product:12.")
    slot = models.CharField(max_length=140, help_text="kind and subject while unresolved, a value of its own after.")
    subject = models.CharField(max_length=255)
    message = models.CharField(max_length=500, default="")
    url = models.CharField(max_length=255, default="")
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, help_text="When somebody first had it before their eyes in Tillbook.")
    escalated_at = models.DateTimeField(null=True, help_text="When the owners were told that nobody had looked.")
    snoozed_until = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=255, default="")

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "slot"], name="alert_one_unresolved")]
        indexes = [models.Index(fields=["business", "state", "raised_at"], name="alert_business_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def sign(self) -> str:
        """The icon and colour it is shown with. The key of a budget ends with the threshold it has passed, in per cent."""
        if self.kind == AlertKind.BUDGET:
            return "over" if Decimal(self.subject_key.rpartition(":")[2]) >= WHOLE else "low"
        if self.kind == AlertKind.EXPIRING and self.subject_key.endswith(":expired"):
            return "out"
        return SIGNS.get(self.kind, "info")

    @property
    def free_slot(self) -> str:
        """A slot that keeps nothing out, for an alert that is resolved."""
        return f"{self.kind}:{self.subject_key}:{uuid4().hex}"


class AlertPreference(models.Model):
    """How one member wants to hear of one kind; without a row the kind's default holds."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="alert_preferences")
    kind = models.CharField(max_length=30, choices=AlertKind)
    channel = models.CharField(max_length=10, choices=Channel)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="alert_preference_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.channel}"


class Rhythm(models.TextChoices):
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Once a week"


class DigestPreference(models.Model):
    """When one member gets the summary; without a row their role decides."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="digest")
    is_on = models.BooleanField(default=True)
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.DAILY)
    hour = models.PositiveSmallIntegerField(default=7)
    weekday = models.PositiveSmallIntegerField(default=0, help_text="Of the weekly summary: Monday is 0.")
    timezone = models.CharField(max_length=60, blank=True, default="", help_text="The person's own; empty for the business's.")
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Hour from which nothing is sent at once.")
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    even_if_empty = models.BooleanField(default=False, help_text="Sent too when there is nothing to say.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="digest_hour_ok"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="digest_weekday_ok"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rhythm_display()} at {self.hour}:00" if self.is_on else "Off"


class DigestRun(models.Model):
    """The summary of one member, local day and rhythm: inserting the row claims it, so that no second one is written."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="digest_runs")
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    run_on = models.DateField()
    was_sent = models.BooleanField(default=False, help_text="False when there was nothing to say.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "rhythm", "run_on"], name="digest_run_once")]
        indexes = [models.Index(fields=["run_on"], name="digest_run_on")]

    def __str__(self) -> str:
        return f"{self.rhythm} of {self.run_on}"
