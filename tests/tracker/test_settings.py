"""One environment variable switches each outside service; without them everything lies under VAR_DIR."""

import os
import subprocess
import sys

import environ
import pytest

from tracker.settings.database import database
from tracker.settings.local_secret import local_secret

ASK = "from django.conf import settings; print({expression})"


@pytest.fixture
def env(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return environ.Env()


def setting(expression, settings_module="tracker.settings.dev", **variables):
    """What a fresh process with these environment variables sees."""
    clean = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL", "SECRET_KEY"}}
    command = [sys.executable, "-c", ASK.format(expression=expression)]
    done = subprocess.run(
        command, env=clean | {"DJANGO_SETTINGS_MODULE": settings_module} | variables, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_the_database_is_a_file_by_default_where_a_writer_waits_for_its_turn(env, tmp_path):
    config = database(env, tmp_path)

    assert config["NAME"] == str(tmp_path / "tillbook.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert config["OPTIONS"]["timeout"] >= 20


def test_database_url_names_another_database(env, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://shop:secret@db.example:5433/tillbook")

    config = database(env, tmp_path)

    assert (config["ENGINE"], config["HOST"], config["PORT"]) == ("django.db.backends.postgresql", "db.example", 5433)
    assert "transaction_mode" not in config["OPTIONS"]


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = local_secret(tmp_path / "var")

    assert len(first) >= 50
    assert local_secret(tmp_path / "var") == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_redis_url_names_broker_and_cache(tmp_path):
    seen = setting(
        "settings.CELERY_BROKER_URL, settings.CACHES['default']['LOCATION']", REDIS_URL="redis://r.example", VAR_DIR=str(tmp_path)
    )

    assert seen == "redis://r.example redis://r.example"


def test_tasks_pass_through_files_without_redis(tmp_path):
    seen = setting("settings.CELERY_BROKER_URL, settings.CELERY_BROKER_TRANSPORT", VAR_DIR=str(tmp_path))

    assert seen == "filesystem://localhost common.file_queue:Transport"


def test_a_sendgrid_key_sends_email_there(tmp_path):
    asked = "settings.EMAIL_BACKEND"

    assert setting(asked, VAR_DIR=str(tmp_path)) == "mail.backends.EmlFileBackend"
    assert setting(asked, VAR_DIR=str(tmp_path), SENDGRID_API_KEY="SG.x") == "mail.backends.PatientSendgridBackend"


def test_production_does_not_start_without_a_secret_of_its_own(tmp_path):
    seen = setting("settings.DEBUG", "tracker.settings.prod", VAR_DIR=str(tmp_path), ALLOWED_HOSTS="shop.example")

    assert "SECRET_KEY" in seen
    assert "ImproperlyConfigured" in seen


def test_behind_a_proxy_each_visitor_has_their_own_limit_of_log_ins():
    given = {"SECRET_KEY": "secret", "ALLOWED_HOSTS": "shop.example"}
    expression = "settings.ALLAUTH_TRUSTED_PROXY_COUNT"

    assert setting(expression, "tracker.settings.prod", **given) == "1"
    assert setting(expression, "tracker.settings.prod", **given, TRUSTED_PROXIES="2") == "2"
