"""Which column of the file is which of our fields."""

import hashlib
from collections.abc import Mapping, Sequence

from common.errors import InvalidInput
from imports.registry import Column, ImportKind

Mapped = dict[str, str]
SIGNATURE = 20


class BadMapping(InvalidInput):
    code = "bad_mapping"
    field = "mapping"


def guessed(*, kind: ImportKind, header: Sequence[str], preset: str = "", remembered: Mapping[str, str] | None = None) -> Mapped:
    """The preset's columns, else what was chosen the last time where the file still has it, else by the names."""
    known = kind.preset(preset)
    by_name = {_plain(name): name for name in reversed(header)}
    mapping: Mapped = {}
    for column in kind.columns:
        names = known.columns.get(column.name, ()) if known else _names(column)
        last = (remembered or {}).get(column.name, "") if not known else ""
        if last in header:
            mapping[column.name] = last
        elif found := next((by_name[_plain(name)] for name in names if _plain(name) in by_name), ""):
            mapping[column.name] = found
    return _each_once(mapping, remembered or {})


def checked(*, kind: ImportKind, header: Sequence[str], mapping: Mapping[str, str]) -> Mapped:
    """The mapping without its empty places. Raises BadMapping for columns that do not exist or are missing."""
    names = {column.name for column in kind.columns}
    chosen = {str(name): str(column) for name, column in mapping.items() if column}
    for name, column in chosen.items():
        if name not in names:
            raise BadMapping(f"There is no field “{name}” in {kind.label.lower()}.")
        if column not in header:
            raise BadMapping(f"The file has no column “{column}”.")
    if missing := lacking(kind=kind, mapping=chosen):
        raise BadMapping(f"The file needs a column for {missing}. Its columns are: {', '.join(header)}."[:255])
    return chosen


def signature(*, kind: ImportKind, header: Sequence[str], first: Sequence[str]) -> str:
    """Tells files of one origin from others: by their columns, and by the first value of the one that tells accounts apart."""
    place = guessed(kind=kind, header=header).get(kind.told_by, "")
    value = dict(zip(header, first, strict=False)).get(place, "")
    digest = hashlib.sha256("\0".join([*header, value]).encode()).hexdigest()
    return f"{kind.name}:{digest}"[:SIGNATURE]


def lacking(*, kind: ImportKind, mapping: Mapping[str, str]) -> str:
    """What is needed and has no column, in words; "" when nothing is."""
    labels = {column.name: column.label for column in kind.columns}
    wanted = [column.label for column in kind.columns if column.required and not mapping.get(column.name)]
    wanted += [
        " or ".join(labels[name] for name in group) for group in kind.one_of if not any(mapping.get(name) for name in group)
    ]
    return ", ".join(wanted)


def _names(column: Column) -> tuple[str, ...]:
    return column.name, column.label, *column.synonyms


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _each_once(mapping: Mapped, remembered: Mapping[str, str]) -> Mapped:
    """A column of the file serves one field, unless the person chose otherwise."""
    found: Mapped = {}
    for name, column in mapping.items():
        if column not in found.values() or remembered.get(name) == column:
            found[name] = column
    return found
