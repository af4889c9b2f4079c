"""Probes: alive asks nothing, ready names each dependency and its state."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection

from tracker import health


def test_is_alive_without_asking_the_database(client):
    answer = client.get("/healthz/live")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_is_ready_when_everything_answers(client):
    answer = client.get("/healthz/ready")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "dependencies": {"database": "ok", "cache": "ok", "queue": "ok", "email": "files"},
    }


def test_says_that_email_leaves_by_sendgrid_once_there_is_a_key(settings):
    settings.SENDGRID_API_KEY = "SG.invented"

    assert health._email() == "sendgrid"


@pytest.mark.django_db
def test_is_not_ready_while_the_database_is_down(client, monkeypatch):
    def refuse() -> None:
        raise DatabaseError("secret host name")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["dependencies"]["database"] == "down"
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_is_not_ready_while_the_cache_forgets(client, monkeypatch):
    monkeypatch.setattr(cache, "set", lambda *_, **__: None)
    answer = client.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["dependencies"] == {"database": "ok", "cache": "down", "queue": "ok", "email": "files"}


@pytest.mark.django_db
def test_is_not_ready_while_redis_refuses(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["dependencies"]["queue"] == "down"


@pytest.mark.django_db
def test_is_not_ready_while_the_queue_cannot_be_written(client, settings, tmp_path):
    settings.REDIS_URL = ""
    in_the_way = tmp_path / "queue"
    in_the_way.touch()
    settings.QUEUE_DIR = in_the_way
    answer = client.get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["dependencies"]["queue"] == "down"


def test_probes_only_read(client):
    assert client.post("/healthz/live").status_code == 405
