"""`make run` starts real processes and leaves none behind."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.processes import Crew, Program

SLEEPS = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
PARENT = """
import pathlib, subprocess, sys
child = subprocess.Popen(["sleep", "60"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
"""


def program(code: str, *arguments: str) -> Program:
    return Program(code, [sys.executable, "-c", code, *arguments])


@pytest.fixture
def crew_of():
    crews = []

    def start(*programs, grace=5.0):
        crew = Crew(programs, env=os.environ, grace=grace)
        crews.append(crew)
        crew.start()
        return crew

    yield start
    for crew in crews:
        crew.stop()


def codes(crew: Crew) -> list[int | None]:
    return [one.child.returncode for one in crew.running]


def test_stops_every_process_when_asked(crew_of):
    crew = crew_of(program(SLEEPS), program(SLEEPS))
    threading.Timer(0.3, crew.asked_to_stop.set).start()

    stopped_by_itself = crew.watch()
    crew.stop()

    assert stopped_by_itself is None
    assert codes(crew) == [-signal.SIGTERM, -signal.SIGTERM]


def test_names_the_process_that_stopped_by_itself_and_stops_the_others(crew_of):
    crew = crew_of(program(SLEEPS), program("raise SystemExit(3)"))

    stopped = crew.watch()
    crew.stop()

    assert stopped == crew.programs[1]
    assert codes(crew) == [-signal.SIGTERM, 3]


def test_ends_by_force_what_does_not_listen(crew_of, capfd):
    crew = crew_of(program(DEAF), grace=0.2)
    while "deaf" not in capfd.readouterr().out:
        time.sleep(0.02)

    crew.stop()

    assert codes(crew) == [-signal.SIGKILL]


def test_a_ctrl_c_in_the_terminal_reaches_only_the_runner(crew_of):
    crew = crew_of(program(SLEEPS))

    assert os.getpgid(crew.running[0].child.pid) != os.getpgid(0)


def test_leaves_no_orphan_of_a_process_that_died(crew_of, tmp_path: Path):
    written = tmp_path / "pid"
    crew = crew_of(program(PARENT, str(written)))

    crew.watch()
    crew.stop()

    orphan = int(written.read_text())
    assert _is_gone(orphan)


def _is_gone(pid: int) -> bool:
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or ") Z" in stat.read_text():
            return True
        time.sleep(0.02)
    return False
