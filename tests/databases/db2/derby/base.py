"""For tests: `tracker.db2` spoken through IBM's unmodified driver to Apache Derby. See docs/db2.md for what that proves."""

import re
from typing import Any

import ibm_db_dbi
from django.core.management import call_command
from django.db.backends.base.creation import BaseDatabaseCreation

from tests.databases.db2.derby.catalogue import Introspection
from tests.databases.db2.derby.translation import in_derbys_spelling, index_over_expressions
from tracker.db2 import base as db2
from tracker.db2.cursor import Cursor

NOT_IN_DERBY: set[str] = set()  # indexes over expressions
DROP_TABLE = re.compile(r'DROP TABLE "([^"]+)"$')
KEYS_TO = """
    SELECT ft.TABLENAME, c.CONSTRAINTNAME FROM SYS.SYSFOREIGNKEYS f
    JOIN SYS.SYSCONSTRAINTS c ON c.CONSTRAINTID = f.CONSTRAINTID
    JOIN SYS.SYSCONSTRAINTS k ON k.CONSTRAINTID = f.KEYCONSTRAINTID
    JOIN SYS.SYSTABLES pt ON pt.TABLEID = k.TABLEID JOIN SYS.SYSTABLES ft ON ft.TABLEID = c.TABLEID
    WHERE pt.TABLENAME = '{}' AND ft.TABLENAME <> pt.TABLENAME
"""
KEYS = """
    SELECT t.TABLENAME, c.CONSTRAINTNAME FROM SYS.SYSCONSTRAINTS c JOIN SYS.SYSTABLES t ON t.TABLEID = c.TABLEID
    WHERE c.TYPE = 'F'
"""


class DerbyCursor(Cursor):
    """The last step before the driver."""

    def _send(self, how: str, sql: str, values: Any) -> Any:
        if name := index_over_expressions(sql):
            NOT_IN_DERBY.add(name)
            return None
        if sql.startswith("DROP INDEX") and sql.split('"')[1] in NOT_IN_DERBY:
            return None
        if sql.strip().upper() == "COMMIT":
            return self.connection.commit()
        if table := DROP_TABLE.match(sql):
            self._drop_keys(KEYS_TO.format(table[1]))  # DB2 drops them with the table, and Derby will not
        return super()._send(how, in_derbys_spelling(sql), values)

    def _drop_keys(self, which: str) -> None:
        super()._send("execute", which, ())
        for table, name in self.fetchall():
            super()._send("execute", f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"', ())

    def empty_database(self) -> None:
        self._drop_keys(KEYS)
        super()._send("execute", "SELECT TABLENAME FROM SYS.SYSTABLES WHERE TABLETYPE = 'T'", ())
        for (table,) in self.fetchall():
            super()._send("execute", f'DROP TABLE "{table}"', ())


class Creation(BaseDatabaseCreation):
    """Derby's databases are made by the rig, before IBM's driver can reach them: one a test process. They are emptied here."""

    def create_test_db(
        self,
        verbosity: int = 1,
        autoclobber: bool = False,
        serialize: bool | None = None,
        keepdb: bool = False,
    ) -> str:
        name = self._get_test_db_name().upper()
        self.connection.close()
        self.connection.settings_dict["NAME"] = name
        with self.connection.cursor() as cursor:
            cursor.cursor.empty_database()
        call_command("migrate", verbosity=0, interactive=False, database=self.connection.alias, run_syncdb=True)
        return name

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        """It goes away with the rig."""


class DatabaseWrapper(db2.DatabaseWrapper):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.creation = Creation(self)
        self.introspection = Introspection(self)
        self.real_savepoint: str | None = None
        self.not_in_derby = NOT_IN_DERBY

    def create_cursor(self, name: str | None = None) -> DerbyCursor:
        return DerbyCursor(self.connection)

    # Derby has one savepoint at a time: the outermost. Deeper ones are not undone, which is felt only where more than a failed
    # statement would have to be.

    def _savepoint(self, sid: str) -> None:
        if self.real_savepoint:
            self._nothing()
        else:
            self.real_savepoint = sid
            super()._savepoint(sid)

    def _savepoint_commit(self, sid: str) -> None:
        if sid == self.real_savepoint:
            self.real_savepoint = None
            super()._savepoint_commit(sid)
        else:
            self._nothing()

    def _savepoint_rollback(self, sid: str) -> None:
        if sid == self.real_savepoint:
            super()._savepoint_rollback(sid)
        else:
            self._nothing()

    def _nothing(self) -> None:
        """One statement all the same: tests count them."""
        with self.cursor() as cursor:
            cursor.execute("VALUES 1")
            cursor.fetchall()

    def _set_autocommit(self, autocommit: bool) -> None:
        self.real_savepoint = None
        super()._set_autocommit(autocommit)

    def close(self) -> None:
        self.real_savepoint = None
        try:
            super().close()
        except ibm_db_dbi.Error:
            self.connection = None
