import http.client
import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from portal.demo_login import EMAIL, PASSWORD
from portal.processes import Crew, Program

HOST = "127.0.0.1"
STARTS_WITHIN_POLLS = 300
CHILDREN = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser",  # in a container one is root, and it is one's own
}


class Command(BaseCommand):
    help = "Run Tillbook on this machine: web, worker and beat, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **_: Any) -> None:
        if not _is_free(port):
            raise CommandError(f"Port {port} is in use. Choose another: make run PORT={port + 1}")
        crew = Crew(_programs(port), env=os.environ | CHILDREN | {"PORT": str(port)})
        crew.stop_on_signals()
        try:
            crew.start()
            stopped = _until_it_answers(crew, port)
            if not stopped and not crew.asked_to_stop.is_set():
                self.stdout.write(self.style.SUCCESS(_invitation(port)))
                self.stdout.flush()
                stopped = crew.watch()
        finally:
            crew.stop()
        if stopped:
            raise CommandError(f"The {stopped.name} process stopped by itself, so everything was stopped. Its reason is above.")
        self.stdout.write("Tillbook has stopped.")


def _programs(port: int) -> list[Program]:
    web = [
        "gunicorn",
        "tracker.wsgi",
        "--bind",
        f"{HOST}:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    web += ["--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"]
    celery = ["celery", "-A", "celery_app", "--quiet"]
    quiet = ["--loglevel", "WARNING"]
    worker = [*celery, "worker", "--pool", "threads", "--concurrency", "4", *quiet]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [*celery, "beat", *quiet, "--pidfile", ""]
    named = {"web": web, "worker": worker, "beat": beat}
    return [Program(name, [sys.executable, "-m", *command]) for name, command in named.items()]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _until_it_answers(crew: Crew, port: int) -> Program | None:
    """Wait for the first answer of the web process; gives a program that stopped instead."""
    for _ in range(STARTS_WITHIN_POLLS):
        if stopped := crew.ended():
            return stopped
        if crew.asked_to_stop.wait(0.1) or _answers(port):
            return None
    return crew.programs[0]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz/live")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _invitation(port: int) -> str:
    where = f"Tillbook is open at http://localhost:{port}/"
    if get_user_model().objects.filter(email=EMAIL).exists():
        return f"{where} · log in as {EMAIL} with the password {PASSWORD} · Ctrl-C stops it"
    return f"{where} · sign up there · Ctrl-C stops it"
