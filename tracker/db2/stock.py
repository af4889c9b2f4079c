"""IBM's adapter, with Django left as it was.

Importing `ibm_db_django.base` replaces five methods of Django's own classes, for every database of the process. They are put
back here; what IBM's replacements do is asked for by our compiler alone, for DB2 alone.
"""

from importlib import import_module
from types import ModuleType
from typing import Any

from django.db.models.constraints import CheckConstraint
from django.db.models.expressions import Combinable, CombinedExpression, DurationExpression, TemporalSubtraction

REPLACED: tuple[tuple[type[Any], str], ...] = (
    (CheckConstraint, "_get_check_sql"),
    (CombinedExpression, "as_sql"),
    (DurationExpression, "as_sql"),
    (TemporalSubtraction, "as_sql"),
    (Combinable, "_combine"),
)


def _import_unpatched() -> tuple[ModuleType, dict[type[Any], Any]]:
    before = [vars(owner)[name] for owner, name in REPLACED]
    module = import_module("ibm_db_django.base")
    ibms = {owner: vars(owner)[name] for owner, name in REPLACED if name == "as_sql"}
    for (owner, name), original in zip(REPLACED, before, strict=True):
        setattr(owner, name, original)
    return module, ibms


base, AS_SQL = _import_unpatched()
