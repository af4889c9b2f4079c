"""The web, worker and beat processes of one machine, as real children that start and stop together."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

POLL_SECONDS = 0.2
GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class Program:
    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Running:
    program: Program
    child: subprocess.Popen[bytes]


class Crew:
    """Starts programs each in a session of its own, so that a Ctrl-C reaches only us and we stop them in order."""

    def __init__(self, programs: Sequence[Program], *, env: Mapping[str, str], grace: float = GRACE_SECONDS) -> None:
        self.programs = programs
        self.env = dict(env)
        self.grace = grace
        self.running: list[Running] = []
        self.asked_to_stop = threading.Event()

    def start(self) -> None:
        for program in self.programs:
            child = subprocess.Popen(program.command, env=self.env, start_new_session=True)  # noqa: S603
            self.running.append(Running(program, child))

    def ended(self) -> Program | None:
        """The first program that has stopped by itself."""
        return next((one.program for one in self.running if one.child.poll() is not None), None)

    def watch(self) -> Program | None:
        """Wait for the word to stop (None), or for a program that stops by itself."""
        while not self.asked_to_stop.wait(POLL_SECONDS):
            if stopped := self.ended():
                return stopped
        return None

    def stop(self) -> None:
        """Ask each to end what it is doing, wait for `grace` seconds in all, then end by force what is left."""
        for one in self.running:
            if one.child.poll() is None:
                one.child.terminate()
        end = time.monotonic() + self.grace
        for one in self.running:
            _wait(one.child, until=end)
            _kill_group(one.child)

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.asked_to_stop.set())


def _wait(child: subprocess.Popen[bytes], *, until: float) -> None:
    try:
        child.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """What the child left behind in its own group, such as the workers of a master that died."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
