"""Expenses written at the very moment in which the owner closes the books over their day, by two real processes."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from expenses.models import Expense
from tests.factories.expenses import category

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
PATIENCE = 120


def runner(task, env, **arguments):
    call = [sys.executable, "-m", "tests.databases.racer", task, json.dumps(arguments)]
    started = subprocess.Popen(call, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "ready\n"
    return started


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="One writes at a time there, so a loop of writers leaves nobody else a turn."
)
def test_nothing_slips_into_books_that_are_being_closed(process_env, owner):
    on = (owner.business.local_day(timezone.now()) - timedelta(days=3)).isoformat()
    told = {"member": owner.pk, "on": on, "category": category(owner).pk}
    runners = [runner("spend_back", process_env, times=4, **told), runner("close_and_count", process_env, times=1, **told)]

    for one in runners:
        one.stdin.write("go\n")
        one.stdin.flush()
    spent, closed = [json.loads(one.communicate(timeout=PATIENCE)[0]) for one in runners]

    assert {code for code, _ in spent} == {"period_closed"}
    assert closed[0][0] == "done", closed
    assert Expense.objects.count() == int(closed[0][1])  # none came in after they were closed
