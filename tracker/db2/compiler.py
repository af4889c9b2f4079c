"""IBM's compilers, with literals quoted, nothing pasted, and what DB2 would answer wrongly refused."""

from typing import Any

from django.db import NotSupportedError
from django.db.models.expressions import CombinedExpression, DurationExpression, TemporalSubtraction
from django.db.models.fields import json
from django.db.models.functions import MD5, JSONObject, Now
from django.db.models.sql import compiler as untyped_django
from ibm_db_django import compiler as ibm

from tracker.db2.literals import write_out
from tracker.db2.stock import AS_SQL

django: Any = untyped_django  # the stubs leave out what a backend overrides
LOOKS_INTO_JSON = (
    json.KeyTransform,
    json.HasKeyLookup,
    json.DataContains,
    json.ContainedBy,
    json.JSONExact,
    json.CaseInsensitiveMixin,
)
REFUSED: dict[tuple[type[Any], ...], str] = {
    LOOKS_INTO_JSON: "On DB2, JSON is stored and read back, never looked into: put what you search for into a column of its own.",
    (JSONObject,): "On DB2, JSON is not made by the database: make it in Python.",
    (MD5,): "On DB2, there is no MD5 that other databases would agree with: hash in Python.",
}
ARITHMETIC = (DurationExpression, TemporalSubtraction, CombinedExpression)  # the narrower first
UTC_NOW = "(CURRENT TIMESTAMP - CURRENT TIMEZONE)"  # CURRENT TIMESTAMP alone is the server's local time


class SQLCompiler(ibm.SQLCompiler):
    select: Any

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:  # noqa: FBT001, FBT002 — Django's signature
        return django.SQLCompiler.as_sql(self, with_limits=with_limits, with_col_aliases=with_col_aliases)

    def compile(self, node: Any) -> Any:
        for kinds, sentence in REFUSED.items():
            if isinstance(node, kinds):
                raise NotSupportedError(sentence)
        if isinstance(node, Now):
            return UTC_NOW, []
        kind = next((kind for kind in ARITHMETIC if isinstance(node, kind)), None)
        if kind:
            return AS_SQL[kind](node, self, self.connection)
        return super().compile(node)

    def pre_sql_setup(self, with_col_aliases: bool = False) -> Any:  # noqa: FBT001, FBT002 — Django's signature
        """DB2 takes no parameters in GROUP BY, and sees that a selected expression is the grouped one only if both read alike."""
        extra, order_by, group_by = django.SQLCompiler.pre_sql_setup(self, with_col_aliases=with_col_aliases)
        if any(params for _, params in group_by):
            group_by = [(write_out(sql, params), []) for sql, params in group_by]
            self.select = [(column, (write_out(sql, params), []), alias) for column, (sql, params), alias in self.select]
        return extra, order_by, group_by


class SQLInsertCompiler(django.SQLInsertCompiler, SQLCompiler):
    pass


class SQLDeleteCompiler(django.SQLDeleteCompiler, SQLCompiler):
    pass


class SQLUpdateCompiler(django.SQLUpdateCompiler, SQLCompiler):
    pass


class SQLAggregateCompiler(django.SQLAggregateCompiler, SQLCompiler):
    pass
