"""Emptying tables without leave to switch foreign keys off: the tables that point at others first."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from django.apps import apps


def children_first(tables: Iterable[str]) -> list[str]:
    wanted = set(tables)
    sorter: TopologicalSorter[str] = TopologicalSorter({table: set() for table in sorted(wanted)})
    for table, target in _pointing():
        if target != table and {target, table} <= wanted:
            sorter.add(target, table)  # a row that points goes before the row it points at
    try:
        return list(sorter.static_order())
    except CycleError:
        return sorted(wanted)


def _pointing() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if field.remote_field and getattr(field, "db_constraint", False):
                yield model._meta.db_table, field.remote_field.model._meta.db_table


def identities(tables: Iterable[str]) -> list[tuple[str, str]]:
    """Table and column of what counts by itself."""
    wanted = set(tables)
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in wanted]
    return [(model._meta.db_table, str(model._meta.auto_field.column)) for model in models if model._meta.auto_field]
