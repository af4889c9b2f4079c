"""A mail service on a bad night, in a process of its own: `python -m tests.benchmarks.night_provider PORT PATIENCE`.

Of ten answers, eight take the message; the others are limits, faults, and silence, of which half took the message all the same.
`GET /taken?since=N` lists what was taken from the Nth on.
"""

import json
import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LIMIT, FAULT, SILENCE = 0.07, 0.14, 0.20  # below which share of the answers each lies
taken: list[tuple[str, str]] = []
counts = {"202": 0, "429": 0, "500": 0, "silence": 0}


class Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open
    disable_nagle_algorithm = True
    patience = 2.0

    def do_POST(self) -> None:
        person = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["personalizations"][0]
        luck = random.random()
        if luck < LIMIT:
            self._say(429, {"errors": [{"message": "too many requests"}]}, {"Retry-After": "5"})
        elif luck < FAULT:
            self._say(500, {"errors": [{"message": "internal error"}]}, {})
        elif luck < SILENCE:
            self._keep_silent(person)
        else:
            self._take(person)
            self._say(202, None, {"X-Message-Id": str(len(taken))})

    def do_GET(self) -> None:
        since = int(self.path.rpartition("=")[2])
        self._say(200, {"taken": taken[since:], "counts": counts}, {})

    def _keep_silent(self, person: Any) -> None:
        if random.random() < 0.5:
            self._take(person)
        counts["silence"] += 1
        time.sleep(self.patience + 1)
        self.close_connection = True

    def _take(self, person: Any) -> None:
        taken.append((person["custom_args"]["tillbook_message"], person["to"][0]["email"]))

    def _say(self, status: int, body: Any, headers: dict[str, str]) -> None:
        counts[str(status)] = counts.get(str(status), 0) + 1
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(text))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A worker that is killed takes its connections with it."""


if __name__ == "__main__":
    Desk.patience = float(sys.argv[2])
    Server(("127.0.0.1", int(sys.argv[1])), Desk).serve_forever()
