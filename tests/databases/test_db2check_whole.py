"""`manage.py db2check` from its first line to its last, through IBM's driver on an empty Derby database."""

import subprocess
import sys

import pytest
from django.conf import settings

from scripts.derby import NAME

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("db2check"), pytest.mark.django_db(transaction=True)]
TABLES = "from django.db import connection; print(connection.introspection.table_names())"


def test_it_checks_an_empty_database_says_what_it_found_and_leaves_it_empty(process_env):
    url = process_env["DATABASE_URL"].replace(f"/{settings.DATABASES['default']['NAME']}?", f"/{NAME}?")
    env = process_env | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tracker.settings.test"}

    said = manage(env, "db2check").splitlines()

    failed = [line.split()[1] for line in said if line.startswith("FAILED")]
    assert failed == ["conditional_unique:"]  # on DB2 an index over CASE expressions; Derby indexes columns only
    assert sum(line.startswith("ok") for line in said) >= 9
    assert any(line.startswith("ok       race: two processes took") for line in said)
    assert any(line.startswith("time     20 × products") for line in said)
    assert manage(env, "shell", "-c", TABLES).splitlines()[-1] == "[]"


def manage(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout
