from django.db import models

from common.outbound import Outbound, OutboundQuerySet


class Outcome(models.IntegerChoices):
    """What became of a message, as far as is known. The later one counts, in whatever order they are told."""

    PROCESSED = 1, "Taken by the mail service"
    DEFERRED = 2, "Put off by the mailbox"
    DELIVERED = 3, "Delivered"
    DROPPED = 4, "Not sent on"
    BOUNCED = 5, "Returned"
    UNSUBSCRIBED = 6, "Unsubscribed"
    COMPLAINED = 7, "Reported as spam"


class OutboxQuerySet(OutboundQuerySet["OutboxMessage"]):
    """Email that waits, that is due, that is to be given up."""


class OutboxMessage(Outbound):
    """An email, written in the same transaction as its cause and sent after it."""

    business = models.ForeignKey("accounts.Business", on_delete=models.CASCADE, related_name="+", null=True)
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, related_name="+", null=True)
    kind = models.CharField(max_length=40)
    to = models.EmailField()
    reply_to = models.EmailField(default="", help_text="Where an answer goes, if not back to us.")
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField(default="")
    unsubscribe_url = models.CharField(max_length=1000, default="", help_text="Ends this kind of mail with one POST.")
    provider_id = models.CharField(max_length=100, default="", help_text="The mail service's own id of the message.")
    outcome = models.PositiveSmallIntegerField(choices=Outcome, null=True)
    outcome_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sent_at", "due_at"], name="outbox_due"),
            models.Index(fields=["business", "created_at"], name="outbox_business"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def failed(self) -> bool:
        return self.outcome in {Outcome.DROPPED, Outcome.BOUNCED, Outcome.COMPLAINED}
