"""What every database must be able to store, DB2 included, as Django system checks: errors for our models, warnings for others'.

No server is needed. Each rule stands here because some database silently leaves it out, refuses it, or answers otherwise.
Warnings are shown by `manage.py check --deploy --tag portability`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import models

from common.reserved_words import RESERVED

TAG = "portability"
LONGEST_NAME = 127
LONGEST_KEY = 255  # DB2 counts bytes
MOST_DIGITS = 31


@dataclass(frozen=True)
class Fault:
    number: int
    model: type[models.Model]
    what: str

    def __str__(self) -> str:
        return f"{self.model._meta.label}: {self.what}"


def model_faults(model: type[models.Model]) -> Iterator[Fault]:
    for number, rule in RULES.items():
        yield from (Fault(number, model, what) for what in rule(model))


def check_ours(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """tillbook.E101 to E109: a model of this project that some database cannot hold."""
    return [
        checks.Error(fault.what, obj=fault.model, id=f"tillbook.E{fault.number}") for fault in _faults(app_configs, ours=True)
    ]


def check_others(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """tillbook.W101 to W109: the same of somebody else's. docs/db2.md says what becomes of each."""
    return [
        checks.Warning(fault.what, obj=fault.model, id=f"tillbook.W{fault.number}") for fault in _faults(app_configs, ours=False)
    ]


def is_ours(config: AppConfig) -> bool:
    return config.path.startswith(str(settings.BASE_DIR)) and "site-packages" not in config.path


def _faults(app_configs: Iterable[AppConfig] | None, *, ours: bool) -> list[Fault]:
    configs = [config for config in app_configs or apps.get_app_configs() if is_ours(config) is ours]
    return [
        fault for config in configs for model in config.get_models(include_auto_created=True) for fault in model_faults(model)
    ]


def _long_names(model: type[models.Model]) -> Iterator[str]:
    names = [model._meta.db_table, *(f.column or "" for f in model._meta.local_concrete_fields)]
    names += [thing.name for thing in (*model._meta.constraints, *model._meta.indexes) if thing.name]
    yield from (f"the name {name} is longer than {LONGEST_NAME}" for name in names if len(name) > LONGEST_NAME)


def _reserved_names(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if str(field.column).lower() in RESERVED:
            yield f"{field.name} is a reserved word somewhere"


def _json(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.JSONField):
            yield f"{field.name} is a JSONField: store text, and never look into it"


def _digits(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.DecimalField) and field.max_digits > MOST_DIGITS:
            yield f"{field.name} has more than {MOST_DIGITS} digits"


def _nulls_in_uniques(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if field.unique and field.null:
            yield f"{field.name} is unique and may be null"
    together = [(names, "unique_together") for names in model._meta.unique_together]
    for names, rule in (*together, *((rule.fields, rule.name) for rule in _uniques(model))):
        yield from (f"{rule} is unique over {field.name}, which may be null" for field in _named(model, names) if field.null)


def _special_uniques(model: type[models.Model]) -> Iterator[str]:
    for rule in _uniques(model):
        if rule.condition or rule.deferrable or getattr(rule, "include", None) or rule.expressions:
            yield f"{rule.name} is conditional, deferrable, covering or an expression"


def _special_indexes(model: type[models.Model]) -> Iterator[str]:
    for index in model._meta.indexes:
        if index.condition or index.include or index.expressions:
            yield f"the index {index.name} is partial, covering or an expression"


def _keys(model: type[models.Model]) -> Iterator[str]:
    """Fields in keys, too long for one. Each once."""
    keyed = [field for field in model._meta.local_concrete_fields if field.unique or getattr(field, "db_index", False)]
    for rule in _uniques(model):
        keyed += _named(model, rule.fields)
    for index in model._meta.indexes:
        keyed += _named(model, [name.lstrip("-") for name in index.fields])
    for field in dict.fromkeys(keyed):
        yield from _key(field)


def _computed(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if field.generated or field.has_db_default() or getattr(field, "db_collation", None):
            yield f"{field.name} is computed, given a value or collated by the database"


def _uniques(model: type[models.Model]) -> list[models.UniqueConstraint]:
    return [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]


def _named(model: type[models.Model], names: Iterable[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _key(field: Any) -> Iterator[str]:
    if isinstance(field, models.TextField | models.BinaryField):
        yield f"{field.name} is a large text and stands in a key"
    elif isinstance(field, models.CharField) and (field.max_length or LONGEST_KEY + 1) > LONGEST_KEY:
        yield f"{field.name} stands in a key and is longer than {LONGEST_KEY}"


RULES: dict[int, Callable[[type[models.Model]], Iterator[str]]] = {
    101: _long_names,
    102: _reserved_names,
    103: _json,
    104: _digits,
    105: _nulls_in_uniques,
    106: _special_uniques,
    107: _special_indexes,
    108: _keys,
    109: _computed,
}
