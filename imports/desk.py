"""Where pages, API and commands hand imports in: small ones are worked on at once, others by the workers."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Member
from common.errors import DomainError
from imports import store, tasks
from imports.models import ImportBatch
from imports.options import checked as options_checked
from imports.registry import kind_named
from imports.services import decide, start
from imports.services.work import work

FEW_ROWS = 1_000


def check(
    *,
    batch: ImportBatch,
    by: Member,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Dry run: settles the columns and says what would become of each row."""
    return _set_to_work(start.begin_check(batch=batch, by=by, at=at, mapping=mapping, options=options))


def take_in(
    *,
    by: Member,
    kind: str,
    source: IO[bytes],
    filename: str,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    preset: str = "",
    options: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Take a file in and check it, with `mapping` put over the columns found by name. What cannot be checked is not kept."""
    said = options_checked(kind=kind_named(kind), business=by.business, given=options or {})
    batch = start.start_import(by=by, kind=kind, source=source, filename=filename, preset=preset, at=at)
    given = dict(mapping or {})
    found = {name: column for name, column in batch.mapped.items() if column not in given.values()}
    with store.kept(batch.file):
        try:
            return check(batch=batch, by=by, at=at, mapping=found | given if given else None, options=said)
        except DomainError:
            batch.delete()
            raise


def commit(*, batch: ImportBatch, by: Member, at: datetime, partial: bool = False) -> ImportBatch:
    """Let the checked rows go in: all or nothing, or with `partial` the good ones."""
    return _set_to_work(decide.begin_commit(batch=batch, by=by, at=at, partial=partial))


def resume(*, batch: ImportBatch, by: Member, at: datetime) -> ImportBatch:
    """Go on with an import that stopped."""
    return _set_to_work(decide.resume_import(batch=batch, by=by, at=at))


def _set_to_work(batch: ImportBatch) -> ImportBatch:
    if not batch.is_at_work:
        return batch
    if batch.total_rows <= FEW_ROWS:
        with suppress(IntegrityError):  # somebody wrote the same thing at this moment; the sweep goes on with it
            work(batch_id=batch.pk, clock=timezone.now)
        batch.refresh_from_db()
        return batch
    transaction.on_commit(partial(tasks.work.delay, batch_id=batch.pk), robust=True)
    return batch
