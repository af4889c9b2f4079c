"""At most one worker has a batch; whoever lost it writes nothing more."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import F, Q

from imports.models import AT_WORK, ImportBatch, ImportState

LEASE = timedelta(minutes=2)
LONG_LEASE = timedelta(minutes=15)
MOST_ATTEMPTS = 5
GIVEN_UP = "The work stopped several times at the same place. Try again, or send the file in parts."


class LostClaim(Exception):
    """Somebody else has taken the batch over, or it was cancelled."""


def take(*, batch_id: int, at: datetime, take_over: bool = False) -> ImportBatch | None:
    """The batch, claimed, or None when it needs no work or has its worker. `take_over` does not ask for the latter."""
    due = ImportBatch.objects.filter(pk=batch_id, state__in=AT_WORK)
    if not take_over:
        due = due.filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
    token = uuid4().hex
    if not due.update(claim=token, claimed_until=at + LEASE, attempts=F("attempts") + 1):
        return None
    batch = ImportBatch.objects.select_related("business", "started_by__business", "started_by__user").get(pk=batch_id)
    if batch.attempts <= MOST_ATTEMPTS or take_over:
        return batch
    ImportBatch.objects.filter(pk=batch_id, claim=token).update(
        state=ImportState.FAILED, claim="", claimed_until=None, message=GIVEN_UP,
    )  # fmt: skip
    return None


def keep(*, batch: ImportBatch, at: datetime, lease: timedelta = LEASE) -> None:
    """Renew the claim, first thing in a transaction: it locks the batch until the commit. Raises LostClaim."""
    mine = ImportBatch.objects.filter(pk=batch.pk, claim=batch.claim, state=batch.state)
    if not mine.update(claimed_until=at + lease):
        raise LostClaim


def stalled_ids(*, at: datetime, limit: int) -> list[int]:
    """Batches at work whose worker has not been heard of."""
    rows = ImportBatch.objects.at_work().filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
