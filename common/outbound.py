"""What leaves for another machine: a row of the transaction of its cause, claimed by conditional update, tried until taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.db import unit_of_work
from common.retries import Verdict

LEASE = timedelta(seconds=settings.MAIL_LEASE)  # more than any service is ever waited for
MOST_ATTEMPTS = 15  # over most of a day, by the waits between them
OFFER = timedelta(minutes=2)
STALE = timedelta(days=3)  # after which nobody is helped by a message
Row = TypeVar("Row", bound="Outbound")


class OutboundQuerySet(models.QuerySet[Row]):
    def waiting(self) -> Self:
        return self.filter(sent_at=None, gave_up_at=None)

    def due(self, *, at: datetime) -> Self:
        """Unsent, not given up, not claimed by a worker at this moment, past its back-off, and with attempts left."""
        return self.waiting().filter(due_at__lte=at, claimed_until__lte=at, attempts__lt=MOST_ATTEMPTS)

    @unit_of_work()
    def claim(self, ids: Sequence[int], *, at: datetime) -> list[Row]:
        """Take what is due of these for this worker; nobody else gets any of it until the lease is over.

        The attempt is counted here, so that a message that kills its worker is not tried for ever.
        """
        found = list(self.due(at=at).filter(pk__in=ids).select_for_update().order_by("pk"))
        self.filter(pk__in=[row.pk for row in found]).update(claimed_until=at + LEASE, attempts=F("attempts") + 1)
        for row in found:
            row.claimed_until, row.attempts = at + LEASE, row.attempts + 1
        return found

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


class Outbound(models.Model):
    """Unsent, sent, or given up, with what was tried. `objects` is made from OutboundQuerySet."""

    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField()
    offered_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=255, default="")

    class Meta:
        abstract = True

    def claim(self, *, at: datetime) -> bool:
        """Take this one; at most one worker gets True until the lease is over."""
        for mine in self._rows().claim([self.pk], at=at):
            self.claimed_until, self.attempts = mine.claimed_until, mine.attempts
            return True
        return False

    def ours(self) -> OutboundQuerySet[Self]:
        """The row while our claim on it stands: if the lease ran out meanwhile, another worker has it."""
        return self._rows().waiting().filter(pk=self.pk, claimed_until=self.claimed_until)

    def give_up(self, words: str, *, at: datetime) -> bool:
        return self.ours().update(gave_up_at=at, claimed_until=at, last_error=words[:255]) == 1

    def postpone(self, verdict: Verdict, *, at: datetime) -> bool:
        """Try again after the verdict's pause. True when it was given up instead: out of attempts, or stale."""
        over = at - self.created_at >= STALE or (verdict.counts and self.attempts >= MOST_ATTEMPTS)
        done = self.ours().update(
            due_at=at + verdict.pause(self.attempts),
            claimed_until=at,
            offered_until=None,
            attempts=F("attempts") - (0 if verdict.counts else 1),
            last_error=verdict.words[:255],
            gave_up_at=at if over else None,
        )
        return over and done == 1

    def put_back(self, *, at: datetime) -> None:
        """Not tried after all."""
        self.ours().update(claimed_until=at, offered_until=None, attempts=F("attempts") - 1)

    def try_again(self, *, at: datetime) -> bool:
        """Make what was not sent due now, with all attempts ahead of it. False when it was sent or is being sent."""
        unsent = self._rows().filter(pk=self.pk, sent_at=None, claimed_until__lte=at)
        return unsent.update(due_at=at, claimed_until=at, offered_until=None, attempts=0, gave_up_at=None) == 1

    def _rows(self) -> OutboundQuerySet[Self]:
        rows: OutboundQuerySet[Self] = type(self)._default_manager.all()  # type: ignore[assignment]  # made from that class
        return rows
