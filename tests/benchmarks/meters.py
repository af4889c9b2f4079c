"""CPU time of processes, as the kernel counts it: the only number that two noisy cores leave comparable."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Reading:
    """Milliseconds per request."""

    web: float = 0.0
    database: float = 0.0
    wall: float = 0.0


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    return [pid, *(one for child in children for one in family(child))]


def servers_below(pid: int, name: str) -> list[int]:
    return [one for one in family(pid) if _comm(one) == name]


def cpu_seconds(pids: list[int]) -> float:
    """User and system time, that of children which have ended included."""
    return sum(_ticks(pid) for pid in pids) / TICK


def memory_mib(pids: list[int]) -> float:
    """Memory in proportion: what is shared by several is divided among them."""
    rolls = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    return sum(int(found[1]) for roll in rolls if (found := re.search(r"^Pss:\s+(\d+)", roll, re.MULTILINE))) / 1024


def measure(work: Callable[[], None], *, times: int, web: int, database: Callable[[], list[int]]) -> Reading:
    """Do `work` often enough, one after the other, and divide."""
    reading = Reading()
    walls: list[float] = []
    with _used(lambda: family(web), reading, "web", times), _used(database, reading, "database", times):
        for _ in range(times):
            began = time.perf_counter()
            work()
            walls.append(time.perf_counter() - began)
    reading.wall = 1000 * median(walls)
    return reading


@contextmanager
def _used(pids: Callable[[], list[int]], reading: Reading, name: str, times: int) -> Iterator[None]:
    before = cpu_seconds(pids())
    yield
    setattr(reading, name, 1000 * (cpu_seconds(pids()) - before) / times)


def _stat(pid: int) -> tuple[str, list[str]]:
    name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    return name, rest.split()


def _comm(pid: int) -> str:
    return _stat(pid)[0]


def _ticks(pid: int) -> int:
    return sum(int(value) for value in _stat(pid)[1][11:15])  # utime, stime, and those of children waited for
