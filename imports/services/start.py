import json
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from accounts.models import Business, Member
from accounts.permissions import Action
from common.db import unit_of_work
from imports import columns, store
from imports.models import ColumnMapping, ImportBatch, ImportState
from imports.registry import ImportKind, UnknownKind, kind_named
from imports.services.decide import NotNow


def start_import(
    *,
    by: Member,
    kind: str,
    source: IO[bytes],
    filename: str,
    at: datetime,
    preset: str = "",
    options: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Take a file in, with the columns found by their names. Nothing is checked or changed yet. Raises BadFile."""
    by.must(Action.IMPORT)
    found = kind_named(kind)
    if found.is_for_shops and not by.business.is_shop:
        raise UnknownKind(f"A personal book has no {found.label.lower()}.")
    if preset and not found.preset(preset):
        raise columns.BadMapping(f"There is no mapping “{preset}” for {found.label.lower()}.", field="preset")
    table = store.take_in(source=source, business_id=by.business_id)
    mapping = columns.guessed(kind=found, header=table.header, preset=preset, remembered=remembered(by.business, found))
    return ImportBatch.objects.create(
        business=by.business,
        kind=kind,
        preset=preset,
        filename=_basename(filename),
        file=table.path,
        digest=table.digest,
        header=json.dumps(table.header),
        mapping=json.dumps(mapping),
        options=json.dumps({"decimal_comma": table.decimal_comma, **(options or {})}),
        total_rows=table.rows,
        started_by=by,
        created_at=at,
    )


@unit_of_work()
def begin_check(
    *,
    batch: ImportBatch,
    by: Member,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Settle the columns and ask for the dry run. Raises BadMapping with what is missing."""
    by.must(Action.IMPORT)
    kind = kind_named(batch.kind)
    chosen = columns.checked(kind=kind, header=batch.columns, mapping=batch.mapped if mapping is None else mapping)
    waiting = ImportBatch.objects.filter(pk=batch.pk, state__in=[ImportState.UPLOADED, ImportState.READY])
    changed = waiting.update(
        mapping=json.dumps(chosen),
        options=json.dumps(batch.chosen | dict(options or {})),
        state=ImportState.CHECKING,
        message="",
        checked_at=None,
        claim="",
        claimed_until=at,
        attempts=0,
    )
    if not changed:
        raise NotNow("This import is under way or over already.")
    if mapping is not None:
        _remember(batch.business, kind, chosen)
    batch.refresh_from_db()
    return batch


def remembered(business: Business, kind: ImportKind) -> dict[str, str]:
    row = ColumnMapping.objects.filter(business=business, kind=kind.name).first()
    return dict(json.loads(row.mapping)) if row else {}


def _remember(business: Business, kind: ImportKind, mapping: Mapping[str, str]) -> None:
    ColumnMapping.objects.update_or_create(business=business, kind=kind.name, defaults={"mapping": json.dumps(mapping)})


def _basename(filename: str) -> str:
    return filename.replace("\\", "/").rpartition("/")[2][-255:] or "file"
