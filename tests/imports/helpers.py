"""Files as people send them, and an import from start to end."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from accounts.models import Member
from imports import desk
from imports.models import ImportBatch, ImportState
from imports.queries import get_issues, get_notices
from imports.services.start import start_import
from tests.factories import NOW


def csv_file(*rows: Sequence[object], sign: str = ",", encoding: str = "utf-8") -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text, delimiter=sign).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def start(by: Member, kind: str, source: io.BytesIO, *, preset: str = "", name: str = "file.csv") -> ImportBatch:
    return start_import(by=by, kind=kind, source=source, filename=name, at=NOW, preset=preset)


def check(by: Member, kind: str, source: io.BytesIO, *, preset: str = "", **options: Any) -> ImportBatch:
    batch = start(by, kind, source, preset=preset)
    return desk.check(batch=batch, by=by, at=NOW, options=options)


def bring_in(
    by: Member, kind: str, source: io.BytesIO, *, preset: str = "", partial: bool = False, **options: Any
) -> ImportBatch:
    """Check and commit."""
    batch = check(by, kind, source, preset=preset, partial=partial, **options)
    assert batch.state == ImportState.READY, batch.message
    return desk.commit(batch=batch, by=by, at=NOW, partial=partial)


def errors(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return list(get_issues(batch).order_by("row").values_list("row", "field", "message"))


def notices(batch: ImportBatch) -> list[tuple[int, str]]:
    return [(notice.row, notice.message) for notice in get_notices(batch)[0]]
