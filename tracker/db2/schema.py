"""Django's own schema editor in DB2's spelling.

IBM's rebuilds a table to change a column: it drops the table, and DB2 drops every foreign key that points at it along with it.
Here a column is changed in place, or the change is refused.
"""

import re
import warnings
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import NotSupportedError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import IndexName, Statement, Table
from ibm_db_django.schemaEditor import DB2SchemaEditor as Ibm

from tracker.db2.literals import literal
from tracker.db2.uniques import keys, why_not

WHOLE_NUMBERS = ("SMALLINT", "INTEGER", "BIGINT")
SIZED = re.compile(r"(?P<kind>VARCHAR|DECIMAL)\((?P<size>\d+)(?:, *(?P<scale>\d+))?\)$")


Django: Any = BaseDatabaseSchemaEditor  # the stubs leave out what a backend overrides


class LeftOutWarning(UserWarning):
    """Somebody else's model asks for something that DB2 cannot keep."""


class SchemaEditor(Django):
    sql_create_table = Ibm.sql_create_table
    sql_delete_table = Ibm.sql_delete_table
    sql_create_column = Ibm.sql_create_column
    sql_alter_column_type = Ibm.sql_alter_column_type
    sql_delete_pk = Ibm.sql_drop_pk
    sql_create_unique_keys = "CREATE UNIQUE INDEX %(name)s ON %(table)s (%(columns)s) EXCLUDE NULL KEYS"
    sql_delete_unique_index = "DROP INDEX %(name)s"
    left_out: ClassVar[list[str]] = []  # since the program began: what DB2 could not keep

    _constraint_names = Ibm._constraint_names  # noqa: SLF001 — it fits IBM's introspection

    def quote_value(self, value: Any) -> str:
        return literal(value)

    def prepare_default(self, value: Any) -> str:
        return literal(value)

    # Uniqueness

    def _iter_column_sql(self, *args: Any, **kwargs: Any) -> Any:
        """A column that may be null gets its uniqueness from an index (see `_field_indexes_sql`)."""
        field = args[3] if len(args) > 3 else kwargs["field"]
        for part in super()._iter_column_sql(*args, **kwargs):
            if not (part == "UNIQUE" and field.null):
                yield part

    def _field_indexes_sql(self, model: Any, field: Any) -> list[Any]:
        found: list[Any] = super()._field_indexes_sql(model, field)
        if field.unique and field.null and not field.primary_key:
            found.append(self._create_unique_sql(model, [field]))
        return found

    def _unique_sql(self, model: Any, fields: Any, name: str, **options: Any) -> Any:
        """Inside CREATE TABLE: an ordinary unique constraint, or nothing and an index afterwards."""
        if self._is_ordinary(model, fields, options):
            return super()._unique_sql(model, fields, name)
        statement = self._create_unique_sql(model, fields, name, **options)
        if statement:
            self.deferred_sql.append(statement)
        return None

    def _create_unique_sql(self, model: Any, fields: Any, name: str | None = None, **options: Any) -> Any:
        if reason := self._reason(options):
            return self._leave_out(model, f"the unique constraint {name} {reason}")
        columns = keys(self, model, fields, options.get("condition"), options.get("expressions"))
        if not columns:
            return super()._create_unique_sql(model, fields, name)
        table = model._meta.db_table
        return Statement(
            self.sql_create_unique_keys,
            table=Table(table, self.quote_name),
            name=self.quote_name(name)
            if name
            else IndexName(table, [f.column for f in fields], "_uniq", self._quoted_index_name),
            columns=", ".join(columns),
        )

    def _delete_unique_sql(self, model: Any, name: str, **options: Any) -> Any:
        """What was made as an index is dropped as one."""
        if self._reason(options):
            return None
        with self.connection.cursor() as cursor:
            made = self.connection.introspection.get_constraints(cursor, model._meta.db_table)
        if "type" in made.get(name.lower(), {}):
            return Statement(self.sql_delete_unique_index, name=self.quote_name(name))
        return self._delete_constraint_sql(self.sql_delete_unique, model, name)

    def _is_ordinary(self, model: Any, fields: Any, options: dict[str, Any]) -> bool:
        return not self._reason(options) and not keys(self, model, fields, options.get("condition"), options.get("expressions"))

    def _reason(self, options: dict[str, Any]) -> str:
        asked = {name: options.get(name) for name in ("deferrable", "include", "opclasses", "nulls_distinct")}
        return why_not(**asked)

    def _quoted_index_name(self, *args: Any, **kwargs: Any) -> str:
        return str(self.quote_name(self._create_index_name(*args, **kwargs)))

    # Changes

    def _alter_field(self, model: Any, old_field: Any, new_field: Any, *types: Any, **options: Any) -> None:
        if bool(old_field.db_type_suffix(self.connection)) != bool(new_field.db_type_suffix(self.connection)):
            self._refuse(model, old_field, "cannot begin or cease to count by itself")
        super()._alter_field(model, old_field, new_field, *types, **options)

    def _alter_column_type_sql(self, model: Any, old_field: Any, new_field: Any, new_type: str, *collations: Any) -> Any:
        old_type = old_field.db_type(self.connection)
        if not is_change_in_place(old_type, new_type):
            self._refuse(model, old_field, f"cannot change from {old_type} to {new_type} in place")
        return super()._alter_column_type_sql(model, old_field, new_field, new_type, *collations)

    def alter_db_table(self, model: Any, old_db_table: str, new_db_table: str) -> None:
        if old_db_table.lower() != new_db_table.lower():
            raise NotSupportedError(
                f"DB2 cannot rename the table {old_db_table} while keys point at it or from it. Keep the name (Meta.db_table)."
            )

    def _refuse(self, model: Any, field: Any, why: str) -> None:
        raise NotSupportedError(
            f"On DB2, the column {field.column} of {model._meta.db_table} {why}. Rebuilding the table would lose the keys that "
            "point at it. Add a new column, copy the values over, and remove the old one."
        )

    # What cannot be kept is said

    def _index_condition_sql(self, condition: Any) -> str:
        """DB2 has no partial indexes; a whole one finds the same rows."""
        return ""

    def _leave_out(self, model: Any, what: str) -> None:
        """An error for our own models; for those of others a warning, and a line in `left_out`."""
        sentence = f"DB2 cannot keep a rule of {model._meta.label}: {what}."
        if _is_ours(model):
            raise NotSupportedError(sentence)
        if sentence not in self.left_out:
            self.left_out.append(sentence)
            warnings.warn(sentence, LeftOutWarning, stacklevel=2)


def is_change_in_place(old: str, new: str) -> bool:
    """Only what DB2 does without losing a digit or a key: longer texts, bigger numbers."""
    if old in WHOLE_NUMBERS and new in WHOLE_NUMBERS:
        return WHOLE_NUMBERS.index(old) <= WHOLE_NUMBERS.index(new)
    before, after = SIZED.match(old), SIZED.match(new)
    if not before or not after or before["kind"] != after["kind"] or before["scale"] != after["scale"]:
        return False
    return int(before["size"]) <= int(after["size"])


def _is_ours(model: Any) -> bool:
    """Does the code of this app lie in the project itself?"""
    try:
        config = apps.get_app_config(model._meta.app_label)
    except LookupError:
        return True
    return config.path.startswith(str(settings.BASE_DIR)) and "site-packages" not in config.path
