"""The same SQL without any framework: what no program that asks these questions can do without."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.meters import cpu_seconds
from tests.benchmarks.web import Web


@dataclass(frozen=True)
class Replay:
    queries: int
    cpu_ms: float
    """Of the program and the database together."""


def sql_of(served: Web, method: str, path: str, body: object) -> list[str]:
    """What one request asks, with its values, as Django's own counter of queries sees it; nothing of it is kept."""
    client = Client(headers=served.headers(path), SERVER_NAME="localhost")
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        answer = client.generic(method, path, _json(body), content_type="application/json")
        assert answer.status_code < 300, answer.content
        transaction.set_rollback(True)
    return [query["sql"] for query in seen.captured_queries]


def _json(body: object) -> str:
    return "" if body is None else Client()._encode_json(body, "application/json")


def replay(statements: list[str], *, url: str, times: int, database: Callable[[], list[int]]) -> Replay:
    with psycopg.connect(url) as hand:
        before, mine = cpu_seconds(database()), time.process_time()
        for _ in range(times):
            for sql in statements:
                hand.execute(sql)  # type: ignore[arg-type]  # written by Django a moment ago
            hand.rollback()
        spent = cpu_seconds(database()) - before + time.process_time() - mine
    return Replay(len(statements), 1000 * spent / times)
