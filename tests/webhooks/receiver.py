"""Somebody's program on this machine that takes deliveries, and answers as badly as it is told to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # seconds before it
    drip: float = 0.0  # seconds between the bytes of its headers, for ever
    breaks: bool = False  # takes it and says nothing


@dataclass
class Receiver:
    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, _, body in self.asked]


@contextmanager
def receiver() -> Iterator[Receiver]:
    program = Receiver()
    stop = threading.Event()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            program.asked.append((self.path, dict(self.headers), body))
            answer = program.answers.pop(0) if program.answers else Answer()
            time.sleep(answer.pause)
            if answer.breaks:
                self.close_connection = True
                return
            with suppress(OSError):
                self._drip(answer) if answer.drip else self._say(answer)

        def _say(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _drip(self, answer: Answer) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.is_set():
                self.wfile.write(b"a")
                self.wfile.flush()
                time.sleep(answer.drip)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.daemon_threads = True
    program.url = f"http://127.0.0.1:{server.server_port}/hook?shop=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield program
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
