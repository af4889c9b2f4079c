"""MySQL and MariaDB: letters are compared as they are, and searched without regard to case, as on the other databases."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.models import CharField, TextField, lookups

AS_THEY_ARE = ("_bin", "_cs")
ANY_CASE = "utf8mb4_unicode_ci"


class _AnyCase:
    process_lhs: Any
    process_rhs: Any

    def as_mysql(self, compiler: Any, connection: Any) -> tuple[str, Sequence[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} COLLATE {ANY_CASE} LIKE {right}", [*left_params, *right_params]


class AnyCaseExact(_AnyCase, lookups.IExact):
    pass


class AnyCaseContains(_AnyCase, lookups.IContains):
    pass


class AnyCaseStartsWith(_AnyCase, lookups.IStartsWith):
    pass


def search_in_any_case() -> None:
    for lookup in (AnyCaseExact, AnyCaseContains, AnyCaseStartsWith):
        CharField.register_lookup(lookup)
        TextField.register_lookup(lookup)


def check_collation(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """An error for a database that takes SKU 85099B and 85099b for one."""
    return [found for alias in databases or () if connections[alias].vendor == "mysql" for found in _of(alias)]


def _of(alias: str) -> list[checks.CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT @@character_set_database, @@collation_database")
        charset, collation = cursor.fetchone()
    if charset == "utf8mb4" and collation.endswith(AS_THEY_ARE):
        return []
    return [
        checks.Error(
            f"The database {alias} has the character set {charset} and the collation {collation}.",
            hint="Create it with CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, so that 85099B and 85099b are two.",
            id="tillbook.E020",
        )
    ]
