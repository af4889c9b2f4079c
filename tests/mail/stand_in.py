"""A mail service on this machine that answers as SendGrid does, and as badly as it is told to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCEPTED = 202


@dataclass
class Answer:
    status: int = ACCEPTED
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # seconds before it
    takes_it: bool = True  # with a status of 0: the message is taken and the line breaks before the answer


@dataclass
class StandIn:
    """What it was asked to send, and what it will answer, first to last; then it accepts all."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)  # the ports that it was asked from

    def answer(self) -> Answer:
        return self.answers.pop(0) if self.answers else Answer()


def refusal(status: int, message: str, where: str | None = None, **headers: str) -> Answer:
    body = {"errors": [{"message": message, "field": where, "help": None}]}
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def stand_in() -> Iterator[StandIn]:
    service = StandIn()

    class Desk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = service.answer()
            service.lines.add(self.client_address[1])
            service.asked.append(sent)
            if answer.status == ACCEPTED or (answer.status == 0 and answer.takes_it):
                service.taken.append(sent)
            time.sleep(answer.pause)
            if answer.status:
                self._say(answer, {"X-Message-Id": f"id-{len(service.taken)}"} if answer.status == ACCEPTED else {})
            else:
                self.close_connection = True

        def do_DELETE(self) -> None:
            service.removed.append(self.path)
            self._say(Answer(204), {})

        def _say(self, answer: Answer, more: dict[str, str]) -> None:
            body = b"" if answer.body is None else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in (answer.headers | more | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
