"""What every database must be able to store and ask, DB2 included: a static look at our models and our source.

No server is needed. Each rule stands here because a database silently leaves it out, refuses it, or answers otherwise.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import models

LONGEST_NAME = 127
LONGEST_KEY = 255  # DB2 counts bytes
MOST_DIGITS = 31
RESERVED = (
    "all and any as between by case check column constraint current date default delete distinct drop else end exists false "
    "for foreign from full group having in index insert into is join like limit not null of on or order primary references "
    "select set table then time timestamp true union unique update user value values when where with year"
)
UNPORTABLE = {
    r"__i?regex\b": "regular expressions differ between databases",
    r"\b(Window|GeneratedField|StringAgg|ArrayAgg)\(": "not on every database",
    r"\bTrunc(Date|Day|Week|Month|Year|Hour)?\(|\bExtract(Year|Month|Day|Hour|WeekDay)\(": "group by a stored local date instead",
    r"_at__(date|year|month|day|hour|week)\b": "ask for a half-open range of moments instead",
    r"\bdb_default\b|\bdb_collation\b": "not on every database",
    r"\b(ignore_conflicts|update_conflicts)=": "use get_or_create under a unique constraint",
    r"\b(skip_locked|nowait)=": "claim by conditional update instead",
    r"\.distinct\(\s*['\"]": "DISTINCT ON is PostgreSQL's alone",
    r"\.(raw|extra)\(|\bRawSQL\(": "no SQL by hand",
}
OURS = ("accounts", "alerts", "audit", "common", "expenses", "imports", "inventory", "mail", "portal", "sales")


def model_faults(model: type[models.Model]) -> Iterator[str]:
    for fault in (*_table(model), *_fields(model), *_constraints(model), *_indexes(model)):
        yield f"{model._meta.label}: {fault}"


def source_faults(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        for pattern, reason in UNPORTABLE.items():
            if found := re.search(pattern, line):
                yield f"{path}:{number}: {found[0].strip()} — {reason}"


def _table(model: type[models.Model]) -> Iterator[str]:
    names = [model._meta.db_table, *(f.column or "" for f in model._meta.local_concrete_fields)]
    names += [thing.name for thing in (*model._meta.constraints, *model._meta.indexes) if thing.name]
    yield from (f"the name {name} is longer than {LONGEST_NAME}" for name in names if len(name) > LONGEST_NAME)


def _fields(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if re.search(rf"\b{field.column}\b", RESERVED):
            yield f"{field.name} is a reserved word somewhere"
        if isinstance(field, models.JSONField):
            yield f"{field.name} is a JSONField: store text, and never look into it"
        if isinstance(field, models.DecimalField) and field.max_digits > MOST_DIGITS:
            yield f"{field.name} has more than {MOST_DIGITS} digits"
        if field.unique and field.null:
            yield f"{field.name} is unique and may be null"
        if field.unique or getattr(field, "db_index", False):
            yield from _key(field)


def _constraints(model: type[models.Model]) -> Iterator[str]:
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        if constraint.condition or constraint.deferrable or getattr(constraint, "include", None) or constraint.expressions:
            yield f"{constraint.name} is conditional, deferrable, covering or an expression"
        for field in _named(model, constraint.fields):
            if field.null:
                yield f"{constraint.name} is unique over {field.name}, which may be null"
            yield from _key(field)


def _indexes(model: type[models.Model]) -> Iterator[str]:
    for index in model._meta.indexes:
        if index.condition or index.include or index.expressions:
            yield f"the index {index.name} is partial, covering or an expression"
        for field in _named(model, [name.lstrip("-") for name in index.fields]):
            yield from _key(field)


def _named(model: type[models.Model], names: Iterable[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _key(field: Any) -> Iterator[str]:
    if isinstance(field, models.TextField | models.BinaryField):
        yield f"{field.name} is a large text and stands in a key"
    elif isinstance(field, models.CharField) and (field.max_length or LONGEST_KEY + 1) > LONGEST_KEY:
        yield f"{field.name} stands in a key and is longer than {LONGEST_KEY}"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings.test")
    django.setup()
    ours = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]
    sources = [path for app in OURS for path in sorted(Path(app).rglob("*.py"))]
    faults = [f for model in ours for f in model_faults(model)] + [f for path in sources for f in source_faults(path)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
