from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

LEASE = timedelta(minutes=2)  # more than the mail service is ever waited for
MOST_ATTEMPTS = 12
OFFER = timedelta(minutes=2)


class Outcome(models.IntegerChoices):
    """What became of a message, as far as is known. The later one counts, in whatever order they are told."""

    PROCESSED = 1, "Taken by the mail service"
    DEFERRED = 2, "Put off by the mailbox"
    DELIVERED = 3, "Delivered"
    DROPPED = 4, "Not sent on"
    BOUNCED = 5, "Returned"
    UNSUBSCRIBED = 6, "Unsubscribed"
    COMPLAINED = 7, "Reported as spam"


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def waiting(self) -> Self:
        return self.filter(sent_at=None, gave_up_at=None)

    def due(self, *, at: datetime) -> Self:
        """Unsent, not given up, not claimed by a worker at this moment, past its back-off, and with attempts left."""
        return self.waiting().filter(due_at__lte=at, claimed_until__lte=at, attempts__lt=MOST_ATTEMPTS)

    def offer(self, *, at: datetime, limit: int) -> list[int]:
        """Due messages for the queue; none is offered again within OFFER, so that a slow queue does not fill with repeats."""
        free = self.due(at=at).filter(Q(offered_until=None) | Q(offered_until__lte=at))
        found = list(free.order_by("due_at").values_list("pk", flat=True)[:limit])
        self.filter(pk__in=found).update(offered_until=at + OFFER)
        return found

    def bury(self, *, at: datetime) -> int:
        """Give up what has used all its attempts and ended none of them: it takes its worker down with it."""
        killers = self.waiting().filter(claimed_until__lte=at, attempts__gte=MOST_ATTEMPTS)
        return killers.update(gave_up_at=at, last_error="Every attempt ended without an answer.")


class OutboxMessage(models.Model):
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
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField()
    offered_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=255, default="")
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

    def claim(self, *, at: datetime) -> bool:
        """Take the message for this worker; at most one worker gets True until the lease is over.

        The attempt is counted here, so that a message that kills its worker is not tried for ever.
        """
        due = OutboxMessage.objects.due(at=at).filter(pk=self.pk)
        return due.update(claimed_until=at + LEASE, attempts=F("attempts") + 1) == 1

    @property
    def failed(self) -> bool:
        return self.outcome in {Outcome.DROPPED, Outcome.BOUNCED, Outcome.COMPLAINED}
