"""The stand-in for SendGrid from outside: it is started, and what it has taken is told on as SendGrid's webhook would."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from scripts.servers import free_port

PATIENCE, LEASE = "2", "30"  # a tenth, and a quarter, of what holds in production


class Service:
    """What it has taken so far."""

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


@contextmanager
def provider() -> Iterator[Service]:
    port = free_port()
    os.environ |= {
        "SENDGRID_API_KEY": "SG.night",
        "SENDGRID_HOST_URL": f"http://127.0.0.1:{port}",
        "SENDGRID_PATIENCE": PATIENCE,
        "MAIL_LEASE": LEASE,
        "SITE_URL": "https://till.example",
    }
    program = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.night_provider", str(port), PATIENCE])
    try:
        yield Service(port)
    finally:
        program.kill()
        program.wait()
