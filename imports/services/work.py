"""The dry run and the commit of a batch, chunk by chunk; taken up again where a worker was killed."""

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction

from accounts import trail
from common.db import BATCH, unit_of_work
from imports import store
from imports.models import NOTICE, ImportBatch, ImportIssue, ImportState
from imports.registry import Job, Outcome, Session, Verdict, kind_named
from imports.services.claim import LONG_LEASE, LostClaim, keep, take
from imports.services.documents import chunks_of

Clock = Callable[[], datetime]
Tell = Callable[[ImportBatch], None]
COUNTS = {
    Outcome.NEW: "new_rows",
    Outcome.CHANGED: "changed_rows",
    Outcome.UNCHANGED: "unchanged_rows",
    Outcome.ERROR: "error_rows",
}
SELDOM = (50_000, 20, 20)
MOVED_ON = "Something changed since the check, so nothing was imported. See the errors below."


class _Refused(Exception):
    """A row that had passed the check is refused now."""


def work(*, batch_id: int, clock: Clock, take_over: bool = False, tell: Tell = lambda _: None) -> None:
    """Check or commit what the batch waits for. Does nothing when it waits for nothing or has its worker.

    `tell` hears of the batch after each chunk.
    """
    batch = take(batch_id=batch_id, at=clock(), take_over=take_over)
    if batch is None:
        return
    try:
        with _seldom_collected():
            _do(batch, clock, tell)
    except LostClaim:
        return


def _do(batch: ImportBatch, clock: Clock, tell: Tell) -> None:
    if batch.state == ImportState.CHECKING:
        _check(batch, clock, tell)
    elif batch.is_partial:
        _commit_good(batch, clock, tell)
    else:
        _commit_whole(batch, clock, tell)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Rows come and go by the thousand and are in no cycles: looking for those took a third of the time."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _check(batch: ImportBatch, clock: Clock, tell: Tell) -> None:
    """Always from the first row: what a check remembers of earlier rows is not kept."""
    session = _session(batch, clock)
    _forget(batch, clock)
    for chunk in chunks_of(batch, session):
        verdicts = session.judge(chunk)
        with unit_of_work():
            keep(batch=batch, at=clock())
            _note(batch, verdicts)
        tell(batch)
    _finish(batch, ImportState.READY, clock)


def _commit_good(batch: ImportBatch, clock: Clock, tell: Tell) -> None:
    session = _session(batch, clock)
    for chunk in chunks_of(batch, session, after=batch.position):
        with transaction.atomic(), unit_of_work():  # all of a chunk or none, also within a caller's transaction
            keep(batch=batch, at=clock())
            _note(batch, session.apply(chunk))
        tell(batch)
    with unit_of_work():
        keep(batch=batch, at=clock(), lease=LONG_LEASE)
        session.finish()
        _finish(batch, ImportState.DONE, clock)


def _commit_whole(batch: ImportBatch, clock: Clock, tell: Tell) -> None:
    """One transaction for all rows. A row that is refused after all takes the batch back to its check."""
    try:
        with transaction.atomic(), unit_of_work():
            keep(batch=batch, at=clock(), lease=LONG_LEASE)
            session = _session(batch, clock)
            _apply_all(batch, session)
            session.finish()
            _finish(batch, ImportState.DONE, clock)
    except _Refused:
        batch.refresh_from_db()
        keep(batch=batch, at=clock())
        batch.state, batch.message, batch.checked_at = ImportState.CHECKING, MOVED_ON, None
        batch.save(update_fields=["state", "message", "checked_at"])
        _check(batch, clock, tell)


def _apply_all(batch: ImportBatch, session: Session) -> None:
    for chunk in chunks_of(batch, session):
        verdicts = session.apply(chunk)
        if any(verdict.outcome is Outcome.ERROR for verdict in verdicts):
            raise _Refused
        _note(batch, verdicts)


def _session(batch: ImportBatch, clock: Clock) -> Session:
    by = batch.started_by
    by.via = f"import {batch.pk}"
    return kind_named(batch.kind).open(Job(by=by, at=clock(), preset=batch.preset, options=batch.chosen))


@unit_of_work()
def _forget(batch: ImportBatch, clock: Clock) -> None:
    keep(batch=batch, at=clock())
    batch.issues.all().delete()
    batch.position = batch.done_rows = 0
    batch.new_rows = batch.changed_rows = batch.unchanged_rows = batch.error_rows = 0
    batch.tally = "{}"
    batch.save(update_fields=["position", "done_rows", *COUNTS.values(), "tally"])


def _note(batch: ImportBatch, verdicts: Sequence[Verdict]) -> None:
    """Count a chunk and keep its refused rows; `position` goes on."""
    tally: dict[str, list[object]] = json.loads(batch.tally)
    for verdict in verdicts:
        setattr(batch, COUNTS[verdict.outcome], getattr(batch, COUNTS[verdict.outcome]) + 1)
        entry = tally.setdefault(f"{verdict.outcome}:{verdict.sort}", [0, "0"])
        entry[0] = int(str(entry[0])) + 1
        entry[1] = str(Decimal(str(entry[1])) + verdict.amount)
    told = [verdict for verdict in verdicts if verdict.message or verdict.outcome is Outcome.ERROR]
    ImportIssue.objects.bulk_create([_issue(batch, verdict) for verdict in told], batch_size=BATCH)
    batch.tally = json.dumps(tally)
    batch.done_rows += len(verdicts)
    batch.position = max([batch.position, *(verdict.row.number for verdict in verdicts)])
    batch.attempts = 0
    batch.save(update_fields=["position", "done_rows", *COUNTS.values(), "tally", "attempts"])


def _issue(batch: ImportBatch, verdict: Verdict) -> ImportIssue:
    raw = json.dumps(list(verdict.row.raw), ensure_ascii=False)
    field = verdict.field if verdict.outcome is Outcome.ERROR else NOTICE
    return ImportIssue(batch=batch, row=verdict.row.number, field=field, message=verdict.message[:255], raw=raw)


@unit_of_work()
def _finish(batch: ImportBatch, state: ImportState, clock: Clock) -> None:
    keep(batch=batch, at=clock())
    batch.state, batch.claim, batch.claimed_until = state, "", None
    if state == ImportState.DONE:
        batch.finished_at = clock()
        transaction.on_commit(partial(store.drop, batch.file), robust=True)
        _audit(batch)
    else:
        batch.checked_at = clock()
    batch.save(update_fields=["state", "claim", "claimed_until", "checked_at", "finished_at"])


def _audit(batch: ImportBatch) -> None:
    by = batch.started_by
    trail.record(
        "import done",
        batch,
        by=by,
        at=batch.finished_at or batch.created_at,
        after=batch.counts,
        document=f"import {batch.pk}",
    )
