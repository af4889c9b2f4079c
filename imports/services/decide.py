from datetime import datetime
from functools import partial

from django.db import transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import DomainError
from imports import store
from imports.models import AT_WORK, MOST_AT_ONCE, ImportBatch, ImportState


class NotNow(DomainError):
    code = "import_not_ready"


class HasErrors(DomainError):
    code = "import_has_errors"


class TooManyAtOnce(DomainError):
    code = "import_too_large"


class OneAtATime(DomainError):
    code = "import_running"


@unit_of_work()
def begin_commit(*, batch: ImportBatch, by: Member, at: datetime, partial: bool = False) -> ImportBatch:
    """Ask for the checked rows to go in: all or nothing, or with `partial` the good ones. Asked twice, it runs once."""
    by.must(Action.IMPORT)
    batch.refresh_from_db()
    if batch.state in {ImportState.COMMITTING, ImportState.DONE}:
        return batch
    if batch.state != ImportState.READY:
        raise NotNow("This import has not been checked yet.")
    if not partial:
        _check_whole(batch)
    _check_alone(batch)
    ready = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.READY)
    batch.set_option("partial", partial)
    changed = ready.update(
        state=ImportState.COMMITTING,
        options=batch.options,
        message="",
        claim="",
        claimed_until=at,
        attempts=0,
        tally="{}",
        position=0,
        done_rows=0,
        new_rows=0,
        changed_rows=0,
        unchanged_rows=0,
        error_rows=0,
    )
    if changed:
        batch.issues.all().delete()
        _audit("import begun", batch, by, at)
    batch.refresh_from_db()
    return batch


@unit_of_work()
def cancel_import(*, batch: ImportBatch, by: Member, at: datetime) -> ImportBatch:
    """Stop it. Rows of a partial import that went in before stay, and the batch says how many."""
    by.must(Action.IMPORT)
    over = [ImportState.DONE, ImportState.CANCELLED]
    stopped = ImportBatch.objects.filter(pk=batch.pk).exclude(state__in=over)
    if not stopped.update(state=ImportState.CANCELLED, claim="", claimed_until=None, finished_at=at):
        raise NotNow("This import is over already.")
    transaction.on_commit(partial(store.drop, batch.file), robust=True)
    was_committing = batch.state == ImportState.COMMITTING
    batch.refresh_from_db()
    if was_committing and batch.done_rows:
        batch.message = f"Stopped after {batch.done_rows:,} of {batch.total_rows:,} rows; those that went in stay."
        batch.save(update_fields=["message"])
    _audit("import cancelled", batch, by, at)
    return batch


@unit_of_work()
def resume_import(*, batch: ImportBatch, by: Member, at: datetime) -> ImportBatch:
    """Let a stopped import go on where it stopped."""
    by.must(Action.IMPORT)
    failed = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.FAILED)
    state = ImportState.COMMITTING if batch.checked_at else ImportState.CHECKING
    if not failed.update(state=state, message="", claim="", claimed_until=at, attempts=0, finished_at=None):
        raise NotNow("This import did not stop by itself.")
    batch.refresh_from_db()
    return batch


def _check_whole(batch: ImportBatch) -> None:
    if batch.error_rows:
        rows = "1 row has an error" if batch.error_rows == 1 else f"{batch.error_rows:,} rows have errors"
        raise HasErrors(f"{rows}, so nothing was imported. Mend them, or import the good rows only.")
    if batch.is_large:
        raise TooManyAtOnce(
            f"More than {MOST_AT_ONCE:,} rows cannot go in all at once. Import the good rows instead: they go in part by part."
        )


def _check_alone(batch: ImportBatch) -> None:
    others = ImportBatch.objects.for_business(batch.business).filter(kind=batch.kind, state__in=AT_WORK).exclude(pk=batch.pk)
    if others.filter(state=ImportState.COMMITTING).exists():
        raise OneAtATime("Another import of this kind is running. Wait until it is done, or cancel it.")


def _audit(action: str, batch: ImportBatch, by: Member, at: datetime) -> None:
    trail.record(
        action,
        batch,
        by=by,
        at=at,
        after={"kind": batch.kind, "rows": batch.total_rows, "partial": batch.is_partial},
        document=f"import {batch.pk}",
    )
