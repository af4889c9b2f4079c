"""The workers of the night; one of them is killed now and then, with all its processes and no warning."""

import os
import random
import signal
import subprocess
import sys

from tests.benchmarks.meters import cpu_seconds, family, memory_mib

WORKERS, PROCESSES = 2, 2


class Crew:
    def __init__(self) -> None:
        self.workers = [_worker(n) for n in range(WORKERS)]
        self.killed, self.most_mib, self.most_of_one = 0, 0.0, 0.0
        self.spent: dict[int, float] = {}  # CPU seconds of each process, as last seen: who is killed takes them along

    @property
    def cpu(self) -> float:
        return sum(self.spent.values())

    def kill_one(self) -> None:
        self.weigh()
        place = random.randrange(WORKERS)
        self._stop(place, signal.SIGKILL)
        self.workers[place] = _worker(place)
        self.killed += 1

    def weigh(self) -> None:
        try:
            pids = [pid for worker in self.workers for pid in family(worker.pid)]
            held = [memory_mib([pid]) for pid in pids]
            self.spent |= {pid: cpu_seconds([pid]) for pid in pids}
        except OSError:  # one of them has just gone
            return
        self.most_mib, self.most_of_one = max(self.most_mib, sum(held)), max(self.most_of_one, *held)

    def go_home(self) -> None:
        for place in range(WORKERS):
            self._stop(place, signal.SIGTERM)

    def _stop(self, place: int, how: signal.Signals) -> None:
        os.killpg(self.workers[place].pid, how)
        self.workers[place].wait()


def _worker(n: int) -> "subprocess.Popen[bytes]":
    name = ["-n", f"night{n}@%h", "-c", str(PROCESSES), "-l", "ERROR"]
    command = [sys.executable, "-m", "celery", "-A", "celery_app", "worker", *name]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=os.environ, start_new_session=True, **quiet)  # type: ignore[call-overload,no-any-return]
