"""Derby's catalogue, asked through IBM's driver: its own takes DB2's, which Derby has not."""

import re
from typing import Any

from django.db.backends.base.introspection import TableInfo
from ibm_db_django import introspection as ibm

CONSTRAINTS = """
    SELECT c.CONSTRAINTNAME, c.TYPE, g.CONGLOMERATENAME, k.CHECKDEFINITION FROM SYS.SYSCONSTRAINTS c
    JOIN SYS.SYSTABLES t ON t.TABLEID = c.TABLEID LEFT JOIN SYS.SYSKEYS y ON y.CONSTRAINTID = c.CONSTRAINTID
    LEFT JOIN SYS.SYSCONGLOMERATES g ON g.CONGLOMERATEID = y.CONGLOMERATEID AND g.TABLEID = t.TABLEID
    LEFT JOIN SYS.SYSCHECKS k ON k.CONSTRAINTID = c.CONSTRAINTID WHERE t.TABLENAME = '{}'
"""
PRIMARY = "CALL SYSIBM.SQLPRIMARYKEYS('', '%', '{}', '')"
FOREIGN = "CALL SYSIBM.SQLFOREIGNKEYS('', '', '', '', '%', '{}', 'DATATYPE=''ODBC'';IMPORTEDKEY=1')"
INDEXES = "CALL SYSIBM.SQLSTATISTICS('', '%', '{}', 1, 1, '')"
NOTHING = {"primary_key": False, "unique": False, "foreign_key": None, "check": False, "index": False}


class Introspection(ibm.DatabaseIntrospection):
    def get_table_list(self, cursor: Any) -> list[Any]:
        cursor.execute("SELECT TABLENAME FROM SYS.SYSTABLES WHERE TABLETYPE = 'T'")
        return [TableInfo(name.lower(), "t") for (name,) in cursor.fetchall()]

    def get_table_description(self, cursor: Any, table_name: str) -> list[Any]:
        cursor.execute(f'SELECT * FROM "{table_name.upper()}" FETCH FIRST 1 ROWS ONLY')
        return [ibm.FieldInfo(column[0].lower(), *column[1:7], None, None, None) for column in cursor.description]

    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, Any]:
        table, found = table_name.upper(), _Found()
        for row in _rows(cursor, PRIMARY.format(table)):
            found.add(row["PK_NAME"], row["COLUMN_NAME"], primary_key=True, index=True)
        for row in _rows(cursor, FOREIGN.format(table)):
            target = row["PKTABLE_NAME"].lower(), row["PKCOLUMN_NAME"].lower()
            found.add(row["FK_NAME"], row["FKCOLUMN_NAME"], foreign_key=target)
        constraints = _rows(cursor, CONSTRAINTS.format(table))
        for row in constraints:
            if row["TYPE"].strip() == "C":
                for column in dict.fromkeys(re.findall(r'"([^"]+)"', row["CHECKDEFINITION"] or "")):
                    found.add(row["CONSTRAINTNAME"], column, check=True)
        self._indexes(found, constraints, _rows(cursor, INDEXES.format(table)))
        return found.by_name

    def _indexes(self, found: "_Found", constraints: list[dict[str, Any]], indexes: list[dict[str, Any]]) -> None:
        """Indexes that stand for themselves, and those behind a unique constraint under its name."""
        behind = {row["CONGLOMERATENAME"] for row in constraints if row["TYPE"].strip() in "PF"}
        uniques = {row["CONGLOMERATENAME"]: row["CONSTRAINTNAME"] for row in constraints if row["TYPE"].strip() == "U"}
        for row in indexes:
            index = row["INDEX_NAME"]
            if index in uniques:
                found.add(uniques[index], row["COLUMN_NAME"], unique=True, index=True)
            elif index and index not in behind:
                found.add(index, row["COLUMN_NAME"], unique=not row["NON_UNIQUE"], index=True, type="idx")


class _Found:
    def __init__(self) -> None:
        self.by_name: dict[str, Any] = {}

    def add(self, name: str, column: str, **kind: Any) -> None:
        entry = self.by_name.setdefault(name.lower(), NOTHING | kind | {"columns": []})
        entry["columns"].append(column.lower())
        if "type" in kind:
            entry.setdefault("orders", []).append("ASC")


def _rows(cursor: Any, sql: str) -> list[dict[str, Any]]:
    cursor.execute(sql)
    names = [column[0].upper() for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
