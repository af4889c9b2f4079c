"""IBM DB2 for Django: `ENGINE = "tracker.db2"`. What differs from IBM's own adapter, and why, stands in README.md."""

from typing import Any

import ibm_db_dbi
from ibm_db_django.creation import DatabaseCreation

from tracker.db2.connecting import connection_string
from tracker.db2.cursor import Cursor
from tracker.db2.features import DatabaseFeatures
from tracker.db2.operations import DatabaseOperations
from tracker.db2.schema import SchemaEditor
from tracker.db2.stock import base as ibm

TEXT = "CLOB(1048576)"
TYPES = DatabaseCreation.data_types | {"TextField": TEXT, "JSONField": TEXT, "BinaryField": "BLOB(1048576)"}
CHECKS = dict.fromkeys(("PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField"), "%(qn_column)s >= 0")


class DatabaseWrapper(ibm.DatabaseWrapper):  # type: ignore[name-defined]
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.ops = DatabaseOperations(self)
        self.features = DatabaseFeatures(self)
        self.data_types = TYPES
        self.data_type_check_constraints = CHECKS
        self._supports_limit_offset = True

    def get_connection_params(self) -> dict[str, Any]:
        return {"dsn": connection_string(self.settings_dict), "conn_options": {ibm_db_dbi.SQL_ATTR_AUTOCOMMIT: 1}}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        user = str(self.settings_dict["USER"]).upper()
        connection = ibm_db_dbi.connect(conn_params["dsn"], user, "", conn_options=conn_params["conn_options"])
        connection.autocommit = connection.set_autocommit
        return connection

    def create_cursor(self, name: str | None = None) -> Cursor:
        return Cursor(self.connection)

    def is_usable(self) -> bool:
        """Ask the server. (IBM's asks the driver, and does not look at the answer.)"""
        try:
            with self.create_cursor() as cursor:
                cursor.execute("VALUES 1")
                cursor.fetchall()
        except ibm_db_dbi.Error:
            return False
        return True

    def schema_editor(self, *args: Any, **kwargs: Any) -> SchemaEditor:
        return SchemaEditor(self, *args, **kwargs)
