from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import ibm_db_dbi
from ibm_db_django.pybase import DB2CursorWrapper

from tracker.db2.errors import classified
from tracker.db2.literals import place, plain

PENDING = """SELECT TABNAME FROM SYSIBMADM.ADMINTABINFO WHERE TABSCHEMA = CURRENT SCHEMA AND REORG_PENDING = 'Y'"""
REORG = """CALL SYSPROC.ADMIN_CMD('REORG TABLE "{}"')"""


class Cursor(DB2CursorWrapper):
    """IBM's cursor with its own way of placing values, and no error swallowed (IBM's drops every TypeError)."""

    _is_read = False  # IBM's driver calls a fetch after the last row an error

    def execute(self, operation: Any, parameters: Sequence[Any] | None = None) -> Any:
        sql, bound = str(operation), ()
        if parameters is not None:
            sql, bound = place(sql, list(parameters))
        done = self._send("execute", sql, bound)
        if sql.startswith("ALTER TABLE"):
            self._reorg_tables()
        return done

    def executemany(self, operation: Any, seq_parameters: Iterable[Sequence[Any]]) -> Any:
        """One statement, many rows: every value is bound."""
        rows = [tuple(plain(value) for value in row) for row in seq_parameters]
        sql = str(operation).replace("%s", "?").replace("%%", "%")
        return self._send("executemany", sql, rows)

    def _send(self, how: str, sql: str, values: Any) -> Any:
        self._is_read = False
        try:
            return getattr(ibm_db_dbi.Cursor, how)(self, _padded(sql), values)
        except ibm_db_dbi.Error as error:
            raise classified(error) from error

    def _reorg_tables(self) -> None:
        """DB2 lets nobody at a table it wants reorganised. Only this schema's: the others are not ours."""
        self._send("execute", PENDING, ())
        for (table,) in self.fetchall():
            self._send("execute", REORG.format(table.replace('"', '""').replace("'", "''")), ())

    def fetchone(self) -> Any:
        row = ibm_db_dbi.Cursor.fetchone(self)
        return None if row is None else self._fix_return_data(row)

    def fetchmany(self, size: int = 0) -> list[Any]:
        if self._is_read:
            return []
        rows = ibm_db_dbi.Cursor.fetchmany(self, size) or []
        self._is_read = len(rows) < size
        return [self._fix_return_data(row) for row in rows]

    def fetchall(self) -> list[Any]:
        return [self._fix_return_data(row) for row in ibm_db_dbi.Cursor.fetchall(self) or []]

    def _fix_return_data(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Moments are in UTC; the driver leaves null characters at the end of some texts."""
        return tuple(
            value.replace(tzinfo=UTC)
            if isinstance(value, datetime) and value.tzinfo is None
            else value.replace("\x00", "")
            if isinstance(value, str)
            else value
            for value in row
        )


def _padded(sql: str) -> str:
    """The driver counts characters where it should count UTF-16 units: each 🐎 in a statement costs it its last character."""
    return sql if sql.isascii() else sql + " " * sum(character > "\uffff" for character in sql)
