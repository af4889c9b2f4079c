"""DB2 without a server: every statement is kept as the driver would get it, and every SELECT is empty."""

from types import SimpleNamespace

import ibm_db_dbi
from django.db import connections
from ibm_db_django import pybase

from tracker.db2 import base as ours
from tracker.db2.cursor import Cursor
from tracker.db2.stock import base as stock

ALIAS = "offline"
SETTINGS = {
    "NAME": "SHOP",
    "USER": "shop",
    "PASSWORD": "x",
    "HOST": "db2.test",
    "PORT": 50000,
    "TIME_ZONE": None,
    "AUTOCOMMIT": True,
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "OPTIONS": {},
    "TEST": {"NAME": None, "MIGRATE": True},
}


class NoServer:
    dbms_name, dbms_ver = "DB2/LINUXX8664", "11.05.0900"
    FIX_RETURN_TYPE = 0
    conn_handler = None

    def server_info(self):
        return self.dbms_name, self.dbms_ver

    def get_current_schema(self):
        return "SHOP"

    def nothing(self, *args, **kwargs):
        return []

    tables = columns = primary_keys = foreign_keys = indexes = set_autocommit = commit = rollback = close = nothing


class Kept:
    """Stands where the driver's own cursor would."""

    description, rowcount, last_identity_val = (), 1, 1

    def __init__(self, connection):
        self.__dict__["connection"] = connection

    def execute(self, sql, params=()):
        self.connection.sent.append((sql, tuple(params or ())))
        return True

    def executemany(self, sql, rows):
        self.connection.sent.extend((sql, tuple(row)) for row in rows)
        return True

    def fetchone(self):
        return None

    def fetchmany(self, size=0):
        return []

    def fetchall(self):
        return []

    def close(self):
        pass


def keeping(cursor_class):
    """This cursor class with the driver taken out from under it."""
    members = {name: getattr(Kept, name) for name in ("__init__", "description", "rowcount", "last_identity_val", "close")}
    return type(
        "Keeping", (cursor_class,), members | {"connection": None} | {name: _send(cursor_class, name) for name in SENDING}
    )


def _send(cursor_class, name):
    def run(self, *args):
        drivers = {method: getattr(ibm_db_dbi.Cursor, method) for method in SENDING}
        for method in SENDING:
            setattr(ibm_db_dbi.Cursor, method, getattr(Kept, method))
        try:
            return getattr(cursor_class, name)(self, *args)
        finally:
            for method, original in drivers.items():
                setattr(ibm_db_dbi.Cursor, method, original)

    return run


SENDING = ("execute", "executemany", "fetchone", "fetchmany", "fetchall")
CURSORS = {"ours": keeping(Cursor), "stock": keeping(pybase.DB2CursorWrapper)}
WRAPPERS = {"ours": ours.DatabaseWrapper, "stock": stock.DatabaseWrapper}


def wrapper(kind, **settings):
    """A connection of `tracker.db2` ("ours") or of IBM's own adapter ("stock"), and what it `sent`."""

    def get_new_connection(self, params):
        self.features.has_bulk_insert = True
        connection = NoServer()
        connection.sent = self.sent
        return connection

    members = {
        "get_new_connection": get_new_connection,
        "create_cursor": lambda self, name=None: CURSORS[kind](self.connection),
        "sent": [],
    }
    made = type("Offline", (WRAPPERS[kind],), members)
    return made({**SETTINGS, **settings}, ALIAS)


class Offline(SimpleNamespace):
    @property
    def sent(self):
        """What went to the server, without the talk about transactions and reorganisation."""
        talk = (
            "SAVEPOINT",
            "RELEASE",
            "ROLLBACK",
            "select TABSCHEMA",
            "SELECT TABNAME FROM SYSIBMADM",
            "SELECT ind.",
            "SELECT CONSTNAME",
        )
        return [(sql, params) for sql, params in self.connection.sent if not sql.startswith((*talk, "SELECT KEYCOL"))]

    @property
    def sql(self):
        return [sql for sql, _ in self.sent]


def plugged_in(kind):
    """Under its alias, so that `.using("offline")` reaches it."""
    connection = wrapper(kind)
    connections[ALIAS] = connection
    return Offline(connection=connection, kind=kind)
