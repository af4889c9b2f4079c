"""Kombu's filesystem broker, made safe between processes: what `make run` passes its tasks through.

Kombu's own writes a message under its final name, so that a worker can take it half-written and stop, and takes it
through the machine's temporary folder. Here a message appears whole or not at all, and stays under VAR_DIR.
"""

import itertools
import time
import uuid
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

NUMBERS = itertools.count()  # of two messages within one tick of the clock
TRIES = 20
PAUSE_SECONDS = 0.01
T = TypeVar("T")


class Channel(filesystem.Channel):
    @cached_property
    def data_folder_in(self) -> Path:
        return _made(self.transport_options["data_folder_in"])

    @cached_property
    def processed_folder(self) -> Path:
        return _made(self.transport_options["processed_folder"])

    @property
    def control_folder(self) -> Path:
        return _made(super().control_folder)

    def get_table(self, exchange: str) -> Any:
        return _when_written(lambda: super(Channel, self).get_table(exchange))

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        _when_written(lambda: super(Channel, self)._queue_bind(exchange, routing_key, pattern, queue))

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]  # as Kombu's own
        name = f"{time.time_ns():020d}_{next(NUMBERS):09d}_{uuid.uuid4()}.{queue}.msg"
        half = self.data_folder_in / f"{name}.half"
        half.write_text(dumps(payload))
        half.rename(self.data_folder_in / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message of `queue`: the process whose rename succeeds has it alone."""
        for path in sorted(self.data_folder_in.glob(f"*.{queue}.msg")):
            mine = self.processed_folder / path.name
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue
            text = mine.read_text()
            mine.unlink()
            return loads(text)
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel


def _when_written(read: Callable[[], T]) -> T:
    """Kombu creates the list of an exchange's queues empty and fills it a moment later; wait out that moment."""
    for _ in range(TRIES):
        try:
            return read()
        except ValueError:
            time.sleep(PAUSE_SECONDS)
    return read()


def _made(folder: str | Path) -> Path:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path
