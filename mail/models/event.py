from django.db import models

from mail.models.outbox import OutboxMessage, Outcome


class EventKind(models.TextChoices):
    """What SendGrid tells of a message, in its own words."""

    PROCESSED = "processed", "Taken by the mail service"
    DEFERRED = "deferred", "Put off by the mailbox"
    DELIVERED = "delivered", "Delivered"
    DROPPED = "dropped", "Not sent on"
    BOUNCE = "bounce", "Returned"
    SPAM_REPORT = "spamreport", "Reported as spam"
    UNSUBSCRIBE = "unsubscribe", "Unsubscribed"
    GROUP_UNSUBSCRIBE = "group_unsubscribe", "Unsubscribed from a group"

    @property
    def outcome(self) -> Outcome:
        return OUTCOMES[self]


OUTCOMES = {
    EventKind.PROCESSED: Outcome.PROCESSED,
    EventKind.DEFERRED: Outcome.DEFERRED,
    EventKind.DELIVERED: Outcome.DELIVERED,
    EventKind.DROPPED: Outcome.DROPPED,
    EventKind.BOUNCE: Outcome.BOUNCED,
    EventKind.UNSUBSCRIBE: Outcome.UNSUBSCRIBED,
    EventKind.GROUP_UNSUBSCRIBE: Outcome.UNSUBSCRIBED,
    EventKind.SPAM_REPORT: Outcome.COMPLAINED,
}


class MailEvent(models.Model):
    """One event of the mail service, kept once. Its id keeps the same event from being told twice."""

    event_id = models.CharField(max_length=100, unique=True, help_text="sg_event_id.")
    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="events", null=True)
    kind = models.CharField(max_length=20, choices=EventKind)
    address = models.EmailField()
    detail = models.CharField(max_length=255, default="")
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["received_at"], name="mail_event_received")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.address}"
