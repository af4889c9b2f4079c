"""Does the database hold what the models say? Asked of the catalogue itself, on any database."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass
class Comparison:
    """`missing` is wrong; `left_out` is what this database cannot keep, by Django's own account; `held` was found."""

    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    held: int = 0

    def note(self, what: str, *, found: bool) -> None:
        if found:
            self.held += 1
        else:
            self.missing.append(what)


def compare(connection: BaseDatabaseWrapper, *, excused: Collection[str] = ()) -> Comparison:
    """Columns, nulls, keys, uniques, checks and indexes of every model. `excused` names what is known not to be there."""
    comparison = Comparison()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy and not model._meta.swapped:
                _Table(connection, cursor, model, {name.lower() for name in excused}).into(comparison)
    return comparison


class _Table:
    def __init__(self, connection: Any, cursor: Any, model: type[models.Model], excused: set[str]) -> None:
        self.features, self.meta, self.excused = connection.features, model._meta, excused
        introspection = connection.introspection
        self.columns = {c.name.lower(): c for c in introspection.get_table_description(cursor, self.meta.db_table)}
        found = introspection.get_constraints(cursor, self.meta.db_table)
        self.names = {name.lower() for name in found}
        rules = list(found.values())
        self.uniques = [_lower(rule) for rule in rules if rule["unique"] or rule["primary_key"]]
        self.keys = {tuple(_lower(rule)): rule["foreign_key"] for rule in rules if rule["foreign_key"]}
        self.first_columns = {columns[0] for rule in rules if (rule["index"] or rule["unique"]) and (columns := _lower(rule))}
        self.primary = [_lower(rule) for rule in rules if rule["primary_key"]]

    def into(self, comparison: Comparison) -> None:
        for what, is_there in (*self._fields(), *self._uniques(), *self._checks(), *self._indexes()):
            comparison.note(f"{self.meta.db_table}: {what}", found=is_there)
        comparison.left_out += [f"{self.meta.db_table}: {what}" for what in self._left_out()]

    def _fields(self) -> Iterator[tuple[str, bool]]:
        for each in self.meta.local_concrete_fields:
            name = str(each.column).lower()
            column = self.columns.get(name)
            yield f"column {name}", column is not None
            if column is None:
                continue
            yield f"{name} {'may' if each.null else 'may not'} be null", each.primary_key or bool(column.null_ok) == each.null
            if each.primary_key:
                yield f"primary key {name}", [name] in self.primary
            elif each.unique:
                yield f"unique {name}", [name] in self.uniques
            elif getattr(each, "db_index", False):
                yield f"index on {name}", name in self.first_columns
            if each.remote_field and getattr(each, "db_constraint", False):
                yield f"foreign key {name}", self._points(each, name)

    def _points(self, each: Any, name: str) -> bool:
        target = self.keys.get((name,))
        wanted = (each.target_field.model._meta.db_table.lower(), each.target_field.column.lower())
        return target is not None and tuple(part.lower() for part in target[:2]) == wanted

    def _uniques(self) -> Iterator[tuple[str, bool]]:
        for names in self.meta.unique_together:
            yield f"unique together {names}", self._are_unique(names)
        for rule in self._of(models.UniqueConstraint):
            if rule.condition is not None or rule.expressions:
                if self._can_keep(rule):
                    yield f"unique {rule.name}", self._is_named(rule)
            else:
                yield f"unique {rule.name}", self._are_unique(rule.fields)

    def _are_unique(self, names: Any) -> bool:
        columns = {str(self.meta.get_field(name).column).lower() for name in names}  # type: ignore[union-attr]
        return any(set(unique) == columns for unique in self.uniques) or self._are_excused(names)

    def _checks(self) -> Iterator[tuple[str, bool]]:
        if self.features.supports_table_check_constraints:
            for rule in self._of(models.CheckConstraint):
                yield f"check {rule.name}", self._is_named(rule)

    def _indexes(self) -> Iterator[tuple[str, bool]]:
        for index in self.meta.indexes:
            if not index.contains_expressions or self.features.supports_expression_indexes:
                yield f"index {index.name}", self._is_named(index)

    def _left_out(self) -> Iterator[str]:
        for rule in self._of(models.UniqueConstraint):
            if (rule.condition is not None or rule.expressions) and not self._can_keep(rule):
                yield f"unique {rule.name}"

    def _of(self, kind: type[Any]) -> list[Any]:
        return [rule for rule in self.meta.constraints if isinstance(rule, kind)]

    def _can_keep(self, rule: Any) -> bool:
        partly = rule.condition is None or self.features.supports_partial_indexes
        return bool(partly and (not rule.expressions or self.features.supports_expression_indexes))

    def _is_named(self, rule: Any) -> bool:
        return rule.name.lower() in self.names | self.excused

    def _are_excused(self, names: Any) -> bool:
        rules = self._of(models.UniqueConstraint)
        return any(rule.name.lower() in self.excused and tuple(rule.fields) == tuple(names) for rule in rules)


def _lower(rule: dict[str, Any]) -> list[str]:
    columns = rule["columns"]
    return [str(column).lower() for column in ([columns] if isinstance(columns, str) else columns)]
