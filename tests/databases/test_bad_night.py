"""A small night of real workers, killed without warning, and a mail service that refuses a fifth: each message goes once."""

import re
import subprocess
import sys

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.two_processes,
    pytest.mark.xdist_group("races"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="It starts a PostgreSQL of its own, where there is one anyway."),
]
PATIENCE = 600


def test_every_message_of_the_night_goes_once(process_env):
    call = [sys.executable, "-m", "tests.benchmarks.night", "20", "2"]

    done = subprocess.run(call, env=process_env, capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    figures = dict(re.findall(r"^(due|taken|twice|lost|workers killed) +(.+)$", done.stdout, re.MULTILINE))
    assert figures == {"due": "120", "taken": "120", "twice": "0", "lost": "0", "workers killed": "2 of 2"}
