"""Uniqueness as SQL means it, on a database whose unique constraints take no nulls and no conditions.

A row is left out of a DB2 index with EXCLUDE NULL KEYS where all its keys are null. So a key that is null for each row the
rule does not speak of says exactly what a conditional or nullable unique says: `CASE WHEN <the rule applies> THEN column END`.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.sql import Query


def why_not(*, deferrable: Any = None, include: Any = None, opclasses: Any = None, nulls_distinct: bool | None = None) -> str:
    """What DB2 has no equal for, or nothing."""
    if deferrable:
        return "is checked late"
    if include:
        return "covers other columns"
    if opclasses:
        return "names operator classes"
    if nulls_distinct is False:
        return "takes nulls for equal"
    return ""


def keys(editor: Any, model: type[models.Model], fields: Sequence[Any], condition: str | None, expressions: Any) -> list[str]:
    """The keys of the unique index, or nothing where an ordinary constraint says the same."""
    wanted = [editor.quote_name(field.column) for field in fields]
    if expressions:
        compiler = Query(model, alias_cols=False).get_compiler(connection=editor.connection)
        return [_written_out(compiler, expression, editor) for expression in expressions.get_source_expressions()]
    applies = [f"{editor.quote_name(field.column)} IS NOT NULL" for field in fields if field.null]
    if condition:
        applies.insert(0, f"({condition})")
    if not applies:
        return []
    if len(wanted) == 1 and not condition:
        return wanted
    return [f"CASE WHEN {' AND '.join(applies)} THEN {key} END" for key in wanted]


def _written_out(compiler: Any, expression: Any, editor: Any) -> str:
    sql, params = compiler.compile(expression)
    return str(sql % tuple(editor.quote_value(value) for value in params))
