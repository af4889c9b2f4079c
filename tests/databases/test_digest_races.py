"""Two processes at once write each person's summary once, and count a business's messages to the last."""

import json
import subprocess
import sys

import pytest
from django.utils import timezone

from accounts.permissions import Role
from alerts.models import DigestPreference, DigestRun
from mail.models import OutboxMessage
from tests.factories import MemberFactory

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("races")]
PATIENCE = 60
TIMES = 4


def beat(member, env, at, task="write_digests", **more):
    arguments = {"member": member.pk, "times": TIMES, "at": at.isoformat()} | more
    call = [sys.executable, "-m", "tests.databases.racer", task, json.dumps(arguments)]
    started = subprocess.Popen(call, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "ready\n"
    return started


def race(runners):
    for one in runners:
        one.stdin.write("go\n")
        one.stdin.flush()
    return [outcome for one in runners for outcome in json.loads(one.communicate(timeout=PATIENCE)[0])]


@pytest.mark.parametrize("most", [5, 100])
def test_no_message_of_the_hour_is_counted_twice_or_held_without_need(process_env, member, most):
    times, hour = 20, timezone.now()
    runners = [beat(member, process_env, hour, "take_allowance", times=times, most=most) for _ in range(2)]

    outcomes = race(runners)

    assert {code for code, _ in outcomes} == {"done"}, outcomes
    assert sum(said == "True" for _, said in outcomes) == min(most, 2 * times)


def test_two_beats_at_once_write_each_summary_once(process_env, member):
    people = [MemberFactory(business=member.business, role=Role.OWNER) for _ in range(5)]
    for person in people:
        DigestPreference.objects.create(member=person, hour=0, even_if_empty=True)
    at = timezone.now()
    beats = [beat(member, process_env, at) for _ in range(2)]

    outcomes = race(beats)

    assert {code for code, _ in outcomes} == {"done"}, outcomes
    assert sum(int(written) for _, written in outcomes) == len(people)
    written = OutboxMessage.objects.filter(kind="digest").values_list("to", flat=True)
    assert sorted(written) == sorted(person.user.email for person in people)
    assert DigestRun.objects.filter(was_sent=True).count() == len(people)
