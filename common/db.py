"""What every database of PORTABILITY lets us rely on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connection, models, transaction

_open: ContextVar[bool] = ContextVar("unit_of_work", default=False)
BATCH = 500
T = TypeVar("T", bound=models.Model)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction for a whole call: the outermost opens it, inner ones join it at no cost.

    All of it happens or none. To go on after an inner failure, put `transaction.atomic()` around the inner call.
    """
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


def delete_at_once(rows: models.QuerySet[T]) -> int:
    """Delete rows in one statement, without looking for what hangs on them: the caller deletes children first."""
    return rows._raw_delete(rows.db)  # noqa: SLF001  (Django's own way for it, which it keeps to itself)
