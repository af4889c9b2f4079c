"""A catalogue of what was sent, for an offline connection: migrations ask it what there is to drop."""

import re
from typing import Any

NAMED = re.compile(r'CONSTRAINT "(?P<name>\w+)" (?P<kind>UNIQUE|FOREIGN KEY|CHECK) \((?P<columns>[^)]*)\)')
INDEX = re.compile(r'CREATE (?P<unique>UNIQUE )?INDEX "(?P<name>\w+)" ON "(?P<table>\w+)" \((?P<columns>.*)\)')
TABLE = re.compile(r'(?:CREATE|ALTER) TABLE "(?P<table>\w+)"')
COLUMN = re.compile(r'"(?P<name>\w+)" [A-Z]+(?:\([\d, ]+\))?[^,"]*? (?P<kind>PRIMARY KEY|UNIQUE)')
DROPPED = re.compile(r'DROP (?:CONSTRAINT|INDEX) "(?P<name>\w+)"')
NOTHING = {"primary_key": False, "unique": False, "foreign_key": None, "check": False, "index": False}
KINDS = {
    "UNIQUE": {"unique": True, "index": True},
    "PRIMARY KEY": {"primary_key": True, "index": True},
    "FOREIGN KEY": {"foreign_key": ("", "")},
    "CHECK": {"check": True},
}


class Memory:
    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {}

    def learn(self, sql: str) -> None:
        if found := INDEX.search(sql):
            kind = {"index": True, "unique": bool(found["unique"]), "type": "idx"}
            self._keep(found["table"], found["name"], found["columns"], kind)
        elif found := TABLE.match(sql):
            for rule in NAMED.finditer(sql):
                self._keep(found["table"], rule["name"], rule["columns"], KINDS[rule["kind"]])
            for column in COLUMN.finditer(sql):
                name = f"{found['table']}_{column['name']}_{column['kind'][0]}"
                self._keep(found["table"], name, f'"{column["name"]}"', KINDS[column["kind"]])
        if dropped := DROPPED.search(sql):
            for rules in self.tables.values():
                rules.pop(dropped["name"].lower(), None)

    def _keep(self, table: str, name: str, columns: str, kind: dict[str, Any]) -> None:
        names = [column.lower() for column in re.findall(r'"(\w+)"', columns)]
        self.tables.setdefault(table.lower(), {})[name.lower()] = NOTHING | kind | {"columns": names}

    def get_constraints(self, cursor: Any, table: str) -> dict[str, Any]:
        return self.tables.get(table.lower(), {})
