"""A night's check and summaries of many shops, through workers that are killed and a mail service that fails.

`python -m tests.benchmarks.night [SHOPS] [KILLS]` (500 and 10): PostgreSQL, Redis, two Celery workers with two processes each,
and a stand-in for SendGrid that answers 429, 500 or nothing to a fifth of what it is asked. Each person is due one alert and one
summary. It fails unless each message was taken once. Seconds and MiB depend on the machine; docs/benchmarks.md keeps some.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from scripts.servers import free_port
from tests.benchmarks.__main__ import machinery
from tests.benchmarks.meters import family, memory_mib

WORKERS, PROCESSES = 2, 2
PATIENCE = "2"
SWEEP, BEAT, LOOK, SAYS = 10.0, 30.0, 1.0, 30.0
PER_SHOP = 6  # three people, an alert and a summary each
AT_MOST = 3 * 3600


class Service:
    """The stand-in, and what it has taken so far; each is told on as SendGrid's webhook would."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.taken: Counter[str] = Counter()
        self.counts: dict[str, int] = {}

    def look(self) -> None:
        from mail.services import record_events  # noqa: PLC0415  (models exist once Django is set up)

        with urllib.request.urlopen(f"{self.url}/taken?since={self.taken.total()}") as answer:
            said = json.loads(answer.read())
        begins, self.counts = self.taken.total(), said["counts"]
        self.taken.update(number for number, _ in said["taken"])
        told = [_event(begins + n, number, address) for n, (number, address) in enumerate(said["taken"])]
        record_events(told=told, at=datetime.now(tz=UTC))


def _event(n: int, number: str, address: str) -> dict[str, Any]:
    return {
        "sg_event_id": f"night-{n}",
        "event": "delivered",
        "email": address,
        "timestamp": int(time.time()),
        "tillbook_message": number,
        "tillbook_site": os.environ["SITE_URL"],
    }


class Crew:
    """The workers; one of them is killed now and then, with all its processes and no warning."""

    def __init__(self) -> None:
        self.workers = [_worker(n) for n in range(WORKERS)]
        self.killed, self.most_mib = 0, 0.0

    def kill_one(self) -> None:
        place = random.randrange(WORKERS)
        self._stop(place, signal.SIGKILL)
        self.workers[place] = _worker(place)
        self.killed += 1

    def weigh(self) -> None:
        try:
            self.most_mib = max(self.most_mib, sum(memory_mib(family(worker.pid)) for worker in self.workers))
        except OSError:  # one of them has just gone
            return

    def go_home(self) -> None:
        for place in range(WORKERS):
            self._stop(place, signal.SIGTERM)

    def _stop(self, place: int, how: signal.Signals) -> None:
        os.killpg(self.workers[place].pid, how)
        self.workers[place].wait()


def _worker(n: int) -> "subprocess.Popen[bytes]":
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "celery_app",
        "worker",
        "-c",
        str(PROCESSES),
        "-n",
        f"night{n}@%h",
        "-l",
        "ERROR",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=os.environ, start_new_session=True, **quiet)  # type: ignore[call-overload,no-any-return]


@contextmanager
def provider() -> Iterator[Service]:
    port = free_port()
    os.environ |= {
        "SENDGRID_API_KEY": "SG.night",
        "SENDGRID_HOST_URL": f"http://127.0.0.1:{port}",
        "SENDGRID_PATIENCE": PATIENCE,
        "SITE_URL": "https://till.example",
    }
    program = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.night_provider", str(port), PATIENCE])
    try:
        yield Service(port)
    finally:
        program.kill()
        program.wait()


class Night:
    """Runs the clock: what is due is put into the queue again and again, and a worker killed whenever a share is done."""

    def __init__(self, shops: int, kills: int, service: Service, crew: Crew) -> None:
        self.shops, self.kills, self.service, self.crew = shops, kills, service, crew
        self.due: dict[str, float] = {}

    def until(self, done: Callable[[], bool], *ticks: tuple[Any, float]) -> float:
        began = time.monotonic()
        while not done():
            if time.monotonic() - began > AT_MOST:
                raise TimeoutError("The night is over and not all is done.")
            self._tick(ticks)
            time.sleep(LOOK)
            self.service.look()
            self.crew.weigh()
            self._say(began)
            if self.crew.killed < self.kills and self.service.taken.total() >= self._share(self.crew.killed + 1):
                self.crew.kill_one()
        return time.monotonic() - began

    def _say(self, began: float) -> None:
        if time.monotonic() >= self.due.get("say", 0):
            print(f"{time.monotonic() - began:6.0f} s: {self.service.taken.total()} taken, {self.crew.killed} killed", flush=True)
            self.due["say"] = time.monotonic() + SAYS

    def _share(self, n: int) -> int:
        return n * PER_SHOP * self.shops // (self.kills + 1)

    def _tick(self, ticks: tuple[tuple[Any, float], ...]) -> None:
        for task, every in ticks:
            if time.monotonic() >= self.due.get(task.name, 0):
                task.delay()
                self.due[task.name] = time.monotonic() + every


def main(shops: int, kills: int) -> int:
    with provider() as service, machinery():
        from alerts.models import DigestRun  # noqa: PLC0415  (models exist once Django is set up)
        from alerts.tasks import write_digests_where_due  # noqa: PLC0415
        from common.models import DailyRun  # noqa: PLC0415
        from inventory.tasks import check_stock_where_due  # noqa: PLC0415
        from mail.models import OutboxMessage  # noqa: PLC0415
        from mail.tasks import deliver_due  # noqa: PLC0415
        from tests.benchmarks.night_shops import build  # noqa: PLC0415

        build(shops)
        crew = Crew()
        night = Night(shops, kills, service, crew)
        try:
            sweep = (deliver_due, SWEEP)
            checked = night.until(lambda: DailyRun.objects.count() == shops, (check_stock_where_due, BEAT), sweep)
            written = night.until(lambda: DigestRun.objects.count() == 3 * shops, (write_digests_where_due, BEAT), sweep)
            sent = night.until(lambda: not OutboxMessage.objects.waiting().exists(), sweep)
        finally:
            crew.go_home()
        service.look()
        kinds = Counter(OutboxMessage.objects.values_list("kind", flat=True))
        ids = {str(pk) for pk in OutboxMessage.objects.values_list("pk", flat=True)}
    print(f"{shops} shops, {len(ids)} messages {dict(kinds)}, {crew.killed} workers killed")
    print(f"the service's answers: {service.counts}")
    print(f"checked in {checked:.0f} s, summaries {written:.0f} s more, the last message {sent:.0f} s after")
    print(f"workers' memory at most {crew.most_mib:.0f} MiB")
    twice = [number for number, count in service.taken.items() if count > 1]
    lost = ids - set(service.taken)
    print(f"due {PER_SHOP * shops}, written {len(ids)}, taken {service.taken.total()}, twice {len(twice)}, lost {len(lost)}")
    return int(bool(twice or lost or len(ids) != PER_SHOP * shops))


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:]]
    sys.exit(main(*(numbers + [500, 10][len(numbers) :])))
