"""`manage.py db2check` works on an empty DB2 schema, and touches nothing else."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Business, User
from portal import db2_probes, db2_race
from portal.db2_probes import PROBES, a_shelf, a_shop, ask

pytestmark = pytest.mark.django_db


def test_refuses_another_database(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")

    with pytest.raises(CommandError, match="db2://"):
        call_command("db2check")


def test_refuses_a_schema_that_holds_anything(monkeypatch, member):
    monkeypatch.setattr(connection, "vendor", "DB2")
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["accounts_user"])

    with pytest.raises(CommandError, match="not empty"):
        call_command("db2check")

    assert Business.objects.filter(pk=member.business_id).exists()


NOT_ON_MARIADB = pytest.mark.xfail(connection.vendor == "mysql", strict=True, reason="MariaDB has no conditional uniques")
AT_THE_END = {"sqlite", "postgresql"}  # they look at foreign keys when a transaction ends, and probes end in none


@pytest.mark.parametrize(
    "probe",
    [
        pytest.param(probe, marks=NOT_ON_MARIADB if probe is db2_probes._conditional_unique else ())
        for probe in PROBES
        if probe is not db2_probes._foreign_keys or connection.vendor not in AT_THE_END
    ],
    ids=lambda probe: probe.__name__,
)
def test_its_probes_pass_where_all_is_well(probe):
    assert ask(probe, a_shop(User)) == (True, probe(a_shop_again()))


def a_shop_again():
    User.objects.filter(email="db2check@example.com").update(email="first@example.com")
    return a_shop(User)


def test_a_probe_leaves_nothing(member):
    ask(db2_probes._texts, member)

    assert not member.business.categories.exists()


def test_a_wrong_answer_is_said(member):
    def wrong(_):
        raise db2_probes.Wrong("the text came back changed")

    assert ask(wrong, member) == (False, "wrong: the text came back changed")


def test_each_racer_says_how_much_it_took(capsys):
    shelf = a_shelf(a_shop(User), 25)

    call_command("db2check", take_from=shelf.pk)

    assert capsys.readouterr().out.strip() == "25"
    assert db2_race.take_one(shelf.pk) == 0
