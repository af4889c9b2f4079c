from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import NotSupportedError
from django.utils import timezone
from ibm_db_django import operations as ibm

from tracker.db2.flush import children_first, identities
from tracker.db2.literals import Keyword, plain, write_out

TIMESTAMP_PARTS = {"year", "quarter", "month", "week", "day", "hour", "minute", "second"}
Compiled = tuple[str, Sequence[Any]]


class DatabaseOperations(ibm.DatabaseOperations):
    compiler_module = "tracker.db2.compiler"

    def adapt_datetimefield_value(self, value: Any) -> Any:
        """A moment, in the time zone of the connection: UTC."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = timezone.make_naive(value, self.connection.timezone)
        return plain(value)

    def adapt_datefield_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return plain(value)

    def insert_default_sql(self) -> str:
        return Keyword("DEFAULT")

    def pk_default_value(self) -> str:
        return Keyword("DEFAULT")

    def deferrable_sql(self) -> str:
        return ""

    def sql_flush(self, style: Any, tables: Any, *, reset_sequences: bool = False, allow_cascade: bool = False) -> list[str]:
        """Plain deletes. (IBM's creates a procedure that switches every foreign key off.)"""
        name = self.quote_name
        order, loosened = children_first(tables)
        flush = [f"UPDATE {name(table)} SET {name(column)} = NULL" for table, column in loosened]  # noqa: S608 — names of our tables
        flush += [f"DELETE FROM {name(table)}" for table in order]  # noqa: S608 — names of our tables
        if reset_sequences:
            flush += [f"ALTER TABLE {name(table)} ALTER COLUMN {name(id_)} RESTART WITH 1" for table, id_ in identities(tables)]
        return flush

    def regex_lookup(self, lookup_type: str) -> str:
        """The pattern is bound; IBM's XQuery takes it as part of the query."""
        return "REGEXP_LIKE(%s, %s)" if lookup_type == "regex" else "REGEXP_LIKE(%s, %s, 'i')"

    def date_trunc_sql(self, lookup_type: str, sql: str, params: Sequence[Any], tzname: str | None = None) -> Compiled:
        sql, params = self._convert_sql_to_tz(sql, params, tzname)
        if lookup_type not in TIMESTAMP_PARTS:
            raise NotSupportedError(f"DB2 cannot cut a date to its {lookup_type}.")
        return f"DATE_TRUNC('{lookup_type}', {sql})", params

    def datetime_trunc_sql(self, lookup_type: str, sql: str, params: Sequence[Any], tzname: str | None) -> Compiled:
        return self.date_trunc_sql(lookup_type, sql, params, tzname)

    def _convert_sql_to_tz(self, sql: str, params: Sequence[Any], tzname: str | None) -> Compiled:
        """DB2 knows no daylight saving, and IBM's adapter asks it for a function it does not have."""
        if tzname and tzname != self.connection.timezone_name:
            raise NotSupportedError(
                f"DB2 cannot turn a moment into the time of {tzname}. Store the local date in a DateField beside the moment and "
                "ask for that, or ask for a half-open range of moments, or give tzinfo=UTC."
            )
        return sql, params

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """For the log: how the statement would read with its values."""
        return write_out(str(sql), params).replace("%%", "%") if params else str(sql)
