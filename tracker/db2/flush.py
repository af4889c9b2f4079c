"""Emptying tables without leave to switch foreign keys off: the tables that point at others first."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from django.apps import apps


def children_first(tables: Iterable[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The tables in the order to empty them, and the columns to set to null before, because tables point at each other."""
    wanted = set(tables)
    pointing = {(table, target, column, null) for table, target, column, null in _pointing() if {table, target} <= wanted}
    loosened: list[tuple[str, str]] = []
    while True:
        sorter: TopologicalSorter[str] = TopologicalSorter({table: set() for table in sorted(wanted)})
        for table, target, _, _ in pointing:
            sorter.add(target, table)  # a row that points goes before the row it points at
        try:
            return list(sorter.static_order()), sorted(loosened)
        except CycleError as error:
            circle = set(error.args[1])
        loose = {edge for edge in pointing if edge[3] and {edge[0], edge[1]} <= circle}
        if not loose:
            return sorted(wanted), sorted(loosened)
        loosened += [(table, column) for table, _, column, _ in loose]
        pointing -= loose


def _pointing() -> Iterator[tuple[str, str, str, bool]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if field.remote_field and getattr(field, "db_constraint", False):
                target = field.remote_field.model._meta.db_table
                if target != model._meta.db_table:
                    yield model._meta.db_table, target, str(field.column), field.null


def identities(tables: Iterable[str]) -> list[tuple[str, str]]:
    """Table and column of what counts by itself."""
    wanted = set(tables)
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in wanted]
    return [(model._meta.db_table, str(model._meta.auto_field.column)) for model in models if model._meta.auto_field]
