"""What every database of PORTABILITY lets us rely on."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import islice
from types import TracebackType
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, models, transaction

from common.errors import StaleVersion

_open: ContextVar[bool] = ContextVar("unit_of_work", default=False)
BATCH = 500
TRIES = 4
FIRST_WAIT = 0.05  # seconds; each further wait is about twice as long
ROLLED_BACK = {"40001", "40P01", "57033"}  # SQLSTATE: serialization failure, PostgreSQL's deadlock, DB2's deadlock or time-out
MYSQL_LOCKS = {1205, 1213}  # lock wait timeout, deadlock
SQLITE_LOCKS = {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED
T = TypeVar("T", bound=models.Model)
P = ParamSpec("P")
R = TypeVar("R")


def is_lost_race(error: BaseException) -> bool:
    """Did the database undo this only because somebody else came first? Then the same call may succeed a moment later."""
    cause = error.__cause__
    if not isinstance(error, DatabaseError) or cause is None:
        return False
    first = cause.args[0] if cause.args else None
    return (
        getattr(cause, "sqlstate", None) in ROLLED_BACK
        or getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_LOCKS
        or (isinstance(first, int) and first in MYSQL_LOCKS)
    )


def retried(work: Callable[P, R]) -> Callable[P, R]:
    """Call again after a deadlock, up to TRIES times. Inside a transaction, once: only the outermost call can begin anew."""

    @wraps(work)
    def tries(*args: P.args, **kwargs: P.kwargs) -> R:
        if _open.get() or connection.in_atomic_block:
            return work(*args, **kwargs)
        for attempt in range(TRIES - 1):
            try:
                return work(*args, **kwargs)
            except DatabaseError as error:
                if not is_lost_race(error):
                    raise
                time.sleep(FIRST_WAIT * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 — so that two do not meet again
        return work(*args, **kwargs)

    return tries


class _UnitOfWork(AbstractContextManager[None]):
    def __enter__(self) -> None:
        self._joined = _joined()
        return self._joined.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool | None:
        return self._joined.__exit__(kind, error, trace)

    def __call__(self, work: Callable[P, R]) -> Callable[P, R]:
        @wraps(work)
        def whole(*args: P.args, **kwargs: P.kwargs) -> R:
            with _joined():
                return work(*args, **kwargs)

        return retried(whole)


def unit_of_work() -> _UnitOfWork:
    """One transaction for a whole call: the outermost opens it, inner ones join it at no cost.

    All of it happens or none. To go on after an inner failure, put `transaction.atomic()` around the inner call.
    As a decorator, it also begins anew after a deadlock.
    """
    return _UnitOfWork()


@contextmanager
def _joined() -> Iterator[None]:
    if _open.get():
        yield
        return
    with transaction.atomic():
        token = _open.set(True)
        try:
            yield
        finally:
            _open.reset(token)


def create_all(model: type[T], rows: Sequence[T]) -> list[T]:
    """Insert rows and know their ids, also where a bulk insert does not return them (DB2)."""
    if connection.features.can_return_rows_from_bulk_insert:
        return model._default_manager.bulk_create(rows, batch_size=BATCH)
    for row in rows:
        row.save(force_insert=True)
    return list(rows)


def batched(rows: Iterable[R], size: int) -> Iterator[list[R]]:
    """In lists of at most `size`, taken from `rows` only as they are asked for."""
    remaining = iter(rows)
    while part := list(islice(remaining, size)):
        yield part


def delete_at_once(rows: models.QuerySet[T]) -> int:
    """Delete rows in one statement, without looking for what hangs on them: the caller deletes children first."""
    return rows._raw_delete(rows.db)  # noqa: SLF001  (Django's own way for it, which it keeps to itself)


def claim_version(row: models.Model, version: int | None) -> None:
    """Take a row's next version before it is saved. Raises StaleVersion when it is no longer at the one that was read.

    Without a version the last write wins.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    if not (rows if version is None else rows.filter(version=version)).update(version=models.F("version") + 1):
        raise StaleVersion(f"Somebody else changed {row} meanwhile. Reload and try again.")
    row.version = rows.values_list("version", flat=True).get()  # type: ignore[attr-defined]
