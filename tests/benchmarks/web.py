"""The web process under measurement, and a program that keeps one connection to it."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scripts.servers import free_port

STARTS_WITHIN = 30


@dataclass
class Web:
    pid: int
    port: int
    key: str
    session: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def headers(self, path: str) -> dict[str, str]:
        """A program shows its key, a browser its cookie."""
        return {"Authorization": f"Bearer {self.key}"} if path.startswith("/api/") else {"Cookie": f"sessionid={self.session}"}

    def ask(self, method: str, path: str, body: object = None) -> Any:
        headers = self.headers(path) | {"Content-Type": "application/json", "Host": "localhost"}
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        assert answer.status < 300, f"{method} {path}: {answer.status} {said[:500]!r}"
        return json.loads(said) if "json" in answer.headers["Content-Type"] else said


@contextmanager
def web(key: str, session: str) -> Iterator[Web]:
    """gunicorn, with two processes of four threads as in production."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "tracker.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", "2", "--threads", "4", "--log-level", "warning", "--no-control-socket", "--keep-alive", "60"]
    child = subprocess.Popen(command, env=os.environ | {"DJANGO_SETTINGS_MODULE": "tracker.settings.dev"})
    try:
        served = Web(child.pid, port, key, session)
        _until_it_answers(served)
        yield served
    finally:
        child.terminate()
        child.wait()


def _until_it_answers(served: Web) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            served.ask("GET", "/healthz/ready")
            break
        except OSError:
            served.connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
