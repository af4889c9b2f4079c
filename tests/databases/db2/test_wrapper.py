"""The DB2 backend as a neighbour: connections, time zones, JSON, errors, and other databases left in peace."""

import subprocess
import sys
from datetime import date
from types import SimpleNamespace

import ibm_db_dbi
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import NotSupportedError, OperationalError, models
from django.db.models import Count
from django.db.models.functions import MD5, JSONObject, TruncDate, TruncMonth

from inventory.models import Category, Product
from tests.databases.db2.offline import ALIAS, SETTINGS, WRAPPERS, Kept, wrapper
from tests.databases.db2.test_schema import thing
from tracker.db2 import errors
from tracker.db2.connecting import connection_string


def connects_with(kind, monkeypatch, **settings):
    """The connection string that reaches the driver."""
    asked = []

    def connect(dsn, user="", password="", host="", database="", conn_options=None):
        dsn += f"DATABASE={database};" if "DATABASE=" not in dsn else ""
        asked.append(dsn + (f"UID={user};" if "UID=" not in dsn else "") + (f"PWD={password};" if "PWD=" not in dsn else ""))
        return SimpleNamespace(set_autocommit=None, dbms_name="DB2/LINUXX8664")

    monkeypatch.setattr(ibm_db_dbi, "connect", connect)
    made = WRAPPERS[kind]({**SETTINGS, **settings}, ALIAS)
    made.get_new_connection(made.get_connection_params())
    return asked[0]


def test_the_port_may_be_a_number(db2, monkeypatch):
    assert "PORT=50001;" in connects_with(db2.kind, monkeypatch, PORT=50001)


def test_tls_options_reach_the_driver(db2, monkeypatch):
    options = {"Security": "SSL", "SSLServerCertificate": "/etc/db2.pem"}

    dsn = connects_with(db2.kind, monkeypatch, OPTIONS=options)

    assert "Security=SSL;" in dsn
    assert "SSLServerCertificate=/etc/db2.pem;" in dsn


@pytest.mark.parametrize("part", ["PASSWORD", "NAME", "USER"])
def test_nothing_is_smuggled_into_the_connection_string(db2, monkeypatch, part):
    with pytest.raises(ImproperlyConfigured, match="semicolon"):
        connects_with(db2.kind, monkeypatch, **{part: "x;Security=;HOSTNAME=elsewhere"})


def test_an_unknown_option_is_named():
    with pytest.raises(ImproperlyConfigured, match="no option Sslmode"):
        connection_string({**SETTINGS, "OPTIONS": {"Sslmode": "require"}})


def test_the_schema_is_the_users_own_and_a_server_that_is_away_is_noticed_soon():
    dsn = connection_string(SETTINGS)

    assert "CURRENTSCHEMA=SHOP;" in dsn
    assert "ConnectTimeout=5;" in dsn


def test_a_connection_that_died_is_not_usable(db2, monkeypatch):
    db2.connection.ensure_connection()

    def gone(*args, **kwargs):
        raise ibm_db_dbi.OperationalError("SQL30081N SQLSTATE=08001")

    monkeypatch.setattr(ibm_db_dbi.ibm_db, "active", lambda handler: False)  # what the stock one asks
    monkeypatch.setattr(Kept, "execute", gone)

    assert db2.connection.is_usable() is False


def test_a_connection_that_answers_is_usable(ours):
    ours.connection.ensure_connection()

    assert ours.connection.is_usable()


@pytest.mark.parametrize("cut", [TruncDate, TruncMonth])
def test_local_time_is_not_guessed(db2, settings, cut):
    settings.TIME_ZONE = "Europe/Prague"

    with pytest.raises(NotSupportedError, match="DateField beside the moment"):
        list(Product.objects.using(ALIAS).annotate(day=cut("created_at")).values("day"))


def test_a_stored_date_is_cut_in_the_database(ours):
    model = thing({"day": models.DateField()})

    list(model.objects.using(ALIAS).annotate(month=TruncMonth("day")).values("month").annotate(rows=Count("pk")))

    assert ours.sql[-1].count('DATE_TRUNC(\'month\', "THING"."DAY")') == 2


def test_a_date_is_bound(ours):
    list(thing({"day": models.DateField()}).objects.using(ALIAS).filter(day=date(2026, 3, 4)))

    assert ours.sent[-1][1] == ("2026-03-04",)


@pytest.mark.parametrize("lookup", [{"data__a": 1}, {"data__has_key": "a"}, {"data": {"a": 1}}])
def test_json_is_not_looked_into(db2, lookup):
    with pytest.raises(NotSupportedError, match="never looked into"):
        list(thing({"data": models.JSONField()}).objects.using(ALIAS).filter(**lookup))


def test_json_is_stored_as_text(ours):
    thing({"data": models.JSONField()}).objects.using(ALIAS).create(data={"name": "O'Brien"})

    assert ours.sent[0][1] == ('{"name": "O\'Brien"}',)


@pytest.mark.parametrize("made_up", [MD5("name"), JSONObject(name=models.Value("x'y"))])
def test_what_the_database_would_answer_otherwise_is_refused(db2, made_up):
    with pytest.raises(NotSupportedError, match="in Python"):
        list(Category.objects.using(ALIAS).annotate(made_up=made_up).values("made_up"))


@pytest.mark.parametrize("state", ["40001", "57033"])
def test_a_deadlock_is_an_operational_error_that_knows_its_state(db2, monkeypatch, state):
    def deadlock(*args, **kwargs):
        raise ibm_db_dbi._get_exception(Exception(f"[IBM] SQL0911N  rolled back.  SQLSTATE={state} SQLCODE=-911"))

    monkeypatch.setattr(Kept, "execute", deadlock)

    with pytest.raises(OperationalError) as raised, db2.connection.cursor() as cursor:
        cursor.execute("UPDATE t SET a = 1")

    assert raised.value.__cause__.sqlstate == state


def test_reading_on_after_the_last_row_gives_nothing(db2, monkeypatch):
    """`QuerySet.iterator()` asks until it gets nothing; the driver answers what comes after the last row with an error."""
    batches = [[("a",), ("b",)], [("c",)]]

    def fetchmany(self, size=0):
        if not batches:
            raise ibm_db_dbi.ProgrammingError("CLI0125E  Function sequence error. SQLSTATE=HY010")
        return batches.pop(0)

    monkeypatch.setattr(Kept, "fetchmany", fetchmany)
    with db2.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM t")
        assert [name for rows in iter(lambda: cursor.fetchmany(2), []) for (name,) in rows] == ["a", "b", "c"]


def test_any_other_error_stays_what_the_driver_says():
    told = errors.classified(ibm_db_dbi.IntegrityError("SQL0803N SQLSTATE=23505 SQLCODE=-803"))

    assert type(told) is ibm_db_dbi.IntegrityError
    assert told.sqlstate == "23505"


PATCHES = """
import django
from django.conf import settings
settings.configure()
django.setup()
from django.db.models.expressions import Combinable, CombinedExpression
before = Combinable._combine, CombinedExpression.as_sql
import {module}
after = Combinable._combine, CombinedExpression.as_sql
raise SystemExit(before != after)
"""


@pytest.mark.parametrize(
    "module",
    ["tracker.db2.base", pytest.param("ibm_db_django.base", marks=pytest.mark.xfail(strict=True, reason="it patches Django"))],
)
def test_other_databases_keep_djangos_own_expressions(module):
    assert subprocess.run([sys.executable, "-c", PATCHES.format(module=module)], check=False).returncode == 0


def test_nothing_of_ibm_is_loaded_where_db2_is_not_used():
    code = "import sys, tracker.settings.dev; raise SystemExit(any(name.startswith('ibm_db') for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_time_zone_of_the_connection_is_utc(settings):
    assert str(wrapper("ours").timezone) == "UTC"
