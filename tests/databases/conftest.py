import json
import subprocess
import sys

import pytest

PROCESSES = 2
PATIENCE = 120


@pytest.fixture
def race(process_env, member):
    """Runs a task `times` times in each of two processes, all let go at once; returns every outcome."""
    runners = []

    def start(task, times, **arguments):
        call = [sys.executable, "-m", "tests.databases.racer", task]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        for runner in range(PROCESSES):
            given = json.dumps({"member": member.pk, "times": times, "runner": runner, **arguments})
            runners.append(subprocess.Popen([*call, given], env=process_env, **pipes))
        for runner in runners:
            assert runner.stdout.readline() == "ready\n"
        for runner in runners:
            runner.stdin.write("go\n")
            runner.stdin.flush()
        return [tuple(outcome) for runner in runners for outcome in json.loads(runner.communicate(timeout=PATIENCE)[0])]

    yield start
    for runner in runners:
        runner.kill()
        runner.wait()
