import json
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from accounts.models import Business, Member
from accounts.permissions import Action
from common.db import unit_of_work
from imports import columns, store
from imports.models import ColumnMapping, ImportBatch, ImportState
from imports.registry import MONTH_FIRST, ImportKind, UnknownKind, kind_named
from imports.services.decide import NotNow
from imports.values import MONTH_FIRST_COUNTRIES

OPTION = "option:"


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
    table = store.take_in(source=source, business_id=by.business_id, read=found.rows)
    with store.kept(table.path):
        signature = columns.signature(kind=found, header=table.header, first=table.first)
        last, chosen = remembered(by.business, found, signature)
        mapping = columns.guessed(kind=found, header=table.header, preset=preset, remembered=last)
        said = _options(table, found, by.business, chosen) | {"signature": signature} | dict(options or {})
        return ImportBatch.objects.create(
            business=by.business,
            kind=kind,
            preset=preset,
            filename=_basename(filename),
            file=table.path,
            digest=table.digest,
            header=json.dumps(table.header),
            mapping=json.dumps(mapping),
            options=json.dumps(said),
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
    batch.refresh_from_db()
    if mapping is not None:
        _remember(batch, kind, chosen)
    return batch


def remembered(business: Business, kind: ImportKind, signature: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The columns and the options chosen the last time for a file of this origin; else the columns for this kind of file."""
    rows = ColumnMapping.objects.filter(business=business, kind__in=[signature, kind.name])
    found = {row.kind: json.loads(row.mapping) for row in rows}
    last = found.get(signature) or found.get(kind.name) or {}
    options = {name.removeprefix(OPTION): value for name, value in last.items() if name.startswith(OPTION)}
    return {name: value for name, value in last.items() if not name.startswith(OPTION)}, options


def _remember(batch: ImportBatch, kind: ImportKind, mapping: Mapping[str, str]) -> None:
    chosen = batch.chosen
    kept = {f"{OPTION}{option.name}": chosen[option.name] for option in kind.options if option.name in chosen}
    ColumnMapping.objects.update_or_create(
        business=batch.business, kind=chosen.get("signature", kind.name), defaults={"mapping": json.dumps({**mapping, **kept})}
    )


def _options(table: store.StoredTable, kind: ImportKind, business: Business, last: Mapping[str, Any]) -> dict[str, Any]:
    """How the file is written: as its dates tell; else as the last one of its kind; else as it seems, or the country writes."""
    seen, asked = table.traits.month_first, {option.name for option in kind.options}
    seems = {MONTH_FIRST.name: business.country in MONTH_FIRST_COUNTRIES, "unsigned": not table.traits.has_minus}
    told = {} if seen is None else {MONTH_FIRST.name: seen}
    kept = {name: value for name, value in (seems | dict(last) | told).items() if name in asked}
    return {"decimal_comma": table.decimal_comma} | kept


def _basename(filename: str) -> str:
    return filename.replace("\\", "/").rpartition("/")[2][-255:] or "file"
