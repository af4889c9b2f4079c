"""A night's check and summaries of many shops, through workers that are killed and a mail service that fails.

`python -m tests.benchmarks.night [SHOPS] [KILLS]` (500 and 10): PostgreSQL, Redis, two Celery workers with two processes each,
and a stand-in for SendGrid that answers 429, 500 or nothing to a fifth of what it is asked. Each person is due one alert and one
summary. It fails unless each message was taken once. Seconds and MiB depend on the machine; docs/benchmarks.md keeps some.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.__main__ import machinery
from tests.benchmarks.night_crew import Crew
from tests.benchmarks.night_report import Found, report
from tests.benchmarks.night_service import Service, provider

SWEEP, BEAT, LOOK, SAYS = 5.0, 30.0, 1.0, 15.0
PEOPLE, LETTERS = 3, 2  # of each shop; of each of them
AT_MOST = 2 * 3600


class Night:
    """Runs the clock: what is due is put into the queue again and again, and a worker killed whenever a share is done."""

    def __init__(self, shops: int, kills: int, service: Service, crew: Crew) -> None:
        from alerts.models import DigestRun  # noqa: PLC0415  (models exist once Django is set up)
        from common.models import DailyRun  # noqa: PLC0415
        from mail.models import OutboxMessage  # noqa: PLC0415

        self.shops, self.kills, self.service, self.crew = shops, kills, service, crew
        self.runs, self.summaries, self.messages = DailyRun.objects, DigestRun.objects, OutboxMessage.objects
        self.began, self.due = time.monotonic(), dict[str, float]()

    def checked(self) -> int:
        return self.runs.count()

    def written(self) -> int:
        return self.summaries.count()

    def until(self, done: Callable[[], bool], *ticks: tuple[Any, float]) -> float:
        began = time.monotonic()
        while not done():
            if time.monotonic() - self.began > AT_MOST:
                raise TimeoutError("The night is over and not all is done.")
            self._tick(ticks)
            time.sleep(LOOK)
            self.service.look()
            self.crew.weigh()
            self._say()
            self._kill()
        return time.monotonic() - began

    def _say(self) -> None:
        if time.monotonic() >= self.due.get("say", 0):
            done = f"{self.checked()} shops checked, {self.written()} summaries, {self.service.taken.total()} taken"
            print(f"{time.monotonic() - self.began:6.0f} s: {done}, {self.crew.killed} killed", flush=True)
            self.due["say"] = time.monotonic() + SAYS

    def _kill(self) -> None:
        whole = self.shops * (1 + PEOPLE + PEOPLE * LETTERS)
        done = self.checked() + self.written() + self.service.taken.total()
        if self.crew.killed < self.kills and done >= (self.crew.killed + 1) * whole // (self.kills + 1):
            self.crew.kill_one()

    def _tick(self, ticks: tuple[tuple[Any, float], ...]) -> None:
        for task, every in ticks:
            if time.monotonic() >= self.due.get(task.name, 0):
                task.delay()
                self.due[task.name] = time.monotonic() + every


def spend(night: Night) -> dict[str, float]:
    """The seconds of each part, one after the other."""
    from alerts.tasks import write_digests_where_due  # noqa: PLC0415  (models exist once Django is set up)
    from inventory.tasks import check_stock_where_due  # noqa: PLC0415
    from mail.tasks import deliver_due  # noqa: PLC0415

    sweep = (deliver_due, SWEEP)
    checked = night.until(lambda: night.checked() == night.shops, (check_stock_where_due, BEAT), sweep)
    written = night.until(lambda: night.written() == PEOPLE * night.shops, (write_digests_where_due, BEAT), sweep)
    sent = night.until(lambda: not night.messages.waiting().exists(), sweep)
    return {"check": checked, "summaries": written, "the last message": sent}


def main(shops: int, kills: int) -> int:
    with provider() as service, machinery():
        from tests.benchmarks.night_shops import build  # noqa: PLC0415  (models exist once Django is set up)

        began = time.monotonic()
        build(shops)
        print(f"{shops} shops built in {time.monotonic() - began:.0f} s", flush=True)
        crew = Crew()
        try:
            night = Night(shops, kills, service, crew)
            seconds = spend(night)
            crew.weigh()
        finally:
            crew.go_home()
        service.look()
        found = Found(shops, PEOPLE * LETTERS * shops, kills, seconds, service.taken, service.counts)
        return report(found, crew)


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:]]
    sys.exit(main(*(numbers + [500, 10][len(numbers) :])))
