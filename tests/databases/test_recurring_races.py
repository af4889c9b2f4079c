"""Recurring expenses posted by real processes: two beats at once, and one that is killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Alert
from expenses.models import Expense, Occurrence, RecurringExpense, Split
from expenses.services.posting import post_due
from tests.factories.recurring import recurring

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
DAYS = 60
PATIENCE = 60


def runner(member, env):
    call = [sys.executable, "-m", "tests.databases.racer", "post_due", json.dumps({"member": member.pk, "times": 1})]
    started = subprocess.Popen(call, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "ready\n"
    return started


def go(started):
    started.stdin.write("go\n")
    started.stdin.flush()


def came_due(member, days, **values):
    today = member.business.local_day(timezone.now())
    return recurring(member, "FREQ=DAILY", starts_on=today - timedelta(days - 1), **values)


def assert_each_day_once(thing, days):
    posted = list(
        Occurrence.objects.filter(recurring=thing).order_by("due_on").values_list("due_on", "expense__spent_on", "state")
    )
    assert posted == [(day, day, "posted") for day in (thing.starts_on + timedelta(n) for n in range(days))]
    assert Expense.objects.count() == days
    assert Split.objects.count() == days


def test_two_beats_at_once_post_each_day_once_and_ask_once(process_env, member):
    rent = came_due(member, 7)
    came_due(member, 1, name="Power", is_variable=True)
    beats = [runner(member, process_env) for _ in range(2)]

    for beat in beats:
        go(beat)
    outcomes = [json.loads(beat.communicate(timeout=PATIENCE)[0])[0] for beat in beats]

    assert [code for code, _ in outcomes] == ["done", "done"]
    assert sum(int(posted) for _, posted in outcomes) == 7
    assert_each_day_once(rent, 7)
    assert Alert.objects.count() == Occurrence.objects.filter(state="due").count() == 1


def test_a_beat_killed_in_the_middle_loses_nothing_and_doubles_nothing(process_env, member):
    rent = came_due(member, DAYS)
    came_due(member, 1, name="Power", is_variable=True)

    for least in (3, 15):
        beat = runner(member, process_env)
        go(beat)
        wait_for(least)
        os.kill(beat.pid, signal.SIGKILL)
        assert beat.wait() == -signal.SIGKILL
        beat.communicate()
        done = Expense.objects.count()
        assert least <= done < DAYS
        assert Occurrence.objects.filter(state="posted", expense__isnull=False).count() == Occurrence.objects.count() == done
    assert not RecurringExpense.objects.exclude(handled_until=None).exists()
    post_due(business=member.business, at=timezone.now())

    assert_each_day_once_of(rent)
    assert Alert.objects.count() == 1


def assert_each_day_once_of(rent):
    Occurrence.objects.filter(state="due").delete()
    assert_each_day_once(rent, DAYS)


def wait_for(least):
    end = time.monotonic() + PATIENCE
    while Expense.objects.count() < least:
        assert time.monotonic() < end
        time.sleep(0.005)
