"""After all migrations, the tables keep every rule of the models: asked of the database's own catalogue, on every database."""

import pytest
from django.conf import settings
from django.db import connection

from common.schema import compare
from tests.databases.cannot import DERBY

pytestmark = pytest.mark.django_db

THIRD_PARTY_ON_MARIADB = {  # MariaDB has no conditional uniques; these are allauth's
    "account_emailaddress: unique unique_primary_email",
    "account_emailaddress: unique unique_verified_email",
    "mfa_authenticator: unique unique_authenticator_type",
}


def excused():
    """Derby indexes columns, not expressions; what it was asked for is kept by name."""
    if settings.DATABASES["default"]["ENGINE"] != DERBY:
        return set()
    return connection.not_in_derby


def test_nothing_is_missing():
    comparison = compare(connection, excused=excused())

    assert comparison.missing == []
    assert comparison.held > 300


def test_nothing_of_ours_is_left_out():
    left_out = set(compare(connection).left_out)

    assert left_out == (THIRD_PARTY_ON_MARIADB if connection.vendor == "mysql" else set())


@pytest.mark.parametrize(
    ("kind", "table", "said"),
    [
        ("foreign_key", "sales_sale", "sales_sale: foreign key"),
        ("unique", "sales_sale", "sales_sale: unique"),
        ("check", "sales_sale", "sales_sale: check"),
        ("index", "sales_sale", "sales_sale: index"),
    ],
)
def test_would_see_what_is_missing(monkeypatch, kind, table, said):
    whole = connection.introspection.get_constraints

    def without(cursor, name):
        found = whole(cursor, name)
        return {key: rule for key, rule in found.items() if not rule[kind]} if name == table else found

    monkeypatch.setattr(connection.introspection, "get_constraints", without)

    assert any(line.startswith(said) for line in compare(connection, excused=excused()).missing)


def test_would_see_a_column_that_is_missing(monkeypatch):
    whole = connection.introspection.get_table_description

    def without(cursor, name):
        return [column for column in whole(cursor, name) if column.name.lower() != "number"]

    monkeypatch.setattr(connection.introspection, "get_table_description", without)

    assert "sales_sale: column number" in compare(connection, excused=excused()).missing
