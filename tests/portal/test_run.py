"""`make run`, with its real processes."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from scripts.servers import free_port

pytestmark = [pytest.mark.two_processes, pytest.mark.xdist_group("run")]


def start(env: dict[str, str], port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "run", "--port", str(port)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def running(process_env, tmp_path):
    """The program on a free port, after it has said that it is open."""
    port = free_port()
    env = process_env | {"VAR_DIR": str(tmp_path), "REDIS_URL": ""}
    with start(env, port) as runner:
        watchdog = threading.Timer(60, runner.kill)
        watchdog.start()
        yield runner, port
        runner.kill()
        watchdog.cancel()


def test_says_where_to_click_and_stops_everything_on_ctrl_c(running):
    runner, port = running
    invitation = runner.stdout.readline()
    with urllib.request.urlopen(f"http://localhost:{port}/healthz/ready") as answer:
        status = answer.status
    children = children_of(runner.pid)

    os.killpg(runner.pid, signal.SIGINT)
    said, _ = runner.communicate()

    assert f"http://localhost:{port}/" in invitation
    assert status == 200
    assert len(children) == 3
    assert runner.returncode == 0
    assert "Tillbook has stopped." in said
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_stops_and_fails_when_one_process_dies(running):
    runner, _ = running
    runner.stdout.readline()
    children = children_of(runner.pid)

    os.kill(children[1], signal.SIGKILL)
    _, complaint = runner.communicate()

    assert runner.returncode == 1
    assert "The worker process stopped by itself" in complaint
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_refuses_a_port_that_is_taken(process_env):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with start(process_env, port) as runner:
            _, complaint = runner.communicate(timeout=60)

    assert runner.returncode == 1
    assert f"Port {port} is in use" in complaint
