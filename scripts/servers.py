"""Private database servers for tests and benchmarks: on a free loopback port, in a folder that goes away with them."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

STARTS_WITHIN = 30.0
STOPS_WITHIN = 15.0
POSTGRES_PROGRAMS = Path("/usr/lib/postgresql")
Command: TypeAlias = Sequence[str | Path]
MARIADB_OPTIONS = (
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_bin",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-lock-wait-timeout=20",
)
MARIADB_PEOPLE = "CREATE DATABASE tillbook; CREATE USER tillbook IDENTIFIED BY 'tillbook'; GRANT ALL ON *.* TO tillbook"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class CannotProvideError(Exception):
    """What the tests need is not on this machine and cannot be put there."""


def need(program: Callable[[], str | None], package: str) -> str:
    """The path that `program` finds, after installing Debian's `package` where it finds none."""
    if found := program():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotProvideError(f"This needs {package}. Install it first (on Debian: apt-get install {package}).")
    print(f"Installing {package}", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    if subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode:
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
        subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL, check=True)
    if found := program():
        return found
    raise CannotProvideError(f"{package} was installed, yet its program is not to be found.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres(*, settings: Sequence[str] = QUICK) -> Iterator[str]:
    """A PostgreSQL of one's own; gives its DATABASE_URL."""
    programs = Path(need(_postgres_programs, "postgresql"))
    owner = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    port = free_port()
    with private_folder(owner) as folder:
        init: Command = [
            programs / "initdb",
            "--auth=trust",
            "--username=tillbook",
            "--encoding=UTF8",
            "--no-sync",
            "-D",
            folder / "data",
        ]
        subprocess.run(init, user=owner, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "max_connections=200", *settings]
        command: Command = [programs / "postgres", "-D", folder / "data", "-p", str(port), *(f"--{option}" for option in options)]
        with running(command, port=port, folder=folder, owner=owner, stop=signal.SIGINT):
            admin = ["-h", "127.0.0.1", "-p", str(port), "-U", "tillbook"]
            _until(lambda: _succeeds([programs / "pg_isready", *admin]), what="PostgreSQL")
            subprocess.run([programs / "createdb", *admin, "tillbook"], check=True)
            yield f"postgres://tillbook@127.0.0.1:{port}/tillbook"


@contextmanager
def mariadb() -> Iterator[str]:
    """A MariaDB of one's own; gives its DATABASE_URL."""
    program = need(lambda: shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin"), "mariadb-server")
    owner = "mysql" if os.geteuid() == 0 else None  # MariaDB refuses to run as root
    port = free_port()
    with private_folder(owner) as folder:
        data, door = folder / "data", folder / "socket"
        init: Command = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
        subprocess.run(init, user=owner, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        place: Command = [program, "--no-defaults", f"--datadir={data}", f"--socket={door}", f"--port={port}"]
        command: Command = [*place, "--bind-address=127.0.0.1", *MARIADB_OPTIONS]
        with running(command, port=port, folder=folder, owner=owner, stop=signal.SIGTERM):
            admin: Command = ["mariadb", "--no-defaults", f"--socket={door}", "--user=root", f"--execute={MARIADB_PEOPLE}"]
            subprocess.run(admin, check=True)
            yield f"mariadb://tillbook:tillbook@127.0.0.1:{port}/tillbook"


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of one's own; gives its REDIS_URL."""
    program = need(lambda: shutil.which("redis-server"), "redis-server")
    port = free_port()
    with private_folder(None) as folder:
        command: Command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        with running(command, port=port, folder=folder, owner=None, stop=signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}"


def _postgres_programs() -> str | None:
    newest = sorted(POSTGRES_PROGRAMS.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    return str(newest[-1].parent) if newest else None


@contextmanager
def private_folder(owner: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tillbook-server-", ignore_cleanup_errors=True) as name:
        if owner:
            os.chown(name, pwd.getpwnam(owner).pw_uid, -1)
        yield Path(name)


@contextmanager
def running(command: Command, *, port: int, folder: Path, stop: signal.Signals, owner: str | None = None) -> Iterator[None]:
    """The server as a child in its own session, so that Ctrl-C reaches only us; stopped by its process id."""
    with (folder / "log").open("w") as log:
        child = subprocess.Popen(command, cwd=folder, user=owner, stdout=log, stderr=log, start_new_session=True)
    try:
        _until(lambda: _listens(port, child, folder), what=Path(command[0]).name)
        yield
    finally:
        child.send_signal(stop)
        try:
            child.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _listens(port: int, child: subprocess.Popen[bytes], folder: Path) -> bool:
    if child.poll() is not None:
        raise CannotProvideError(f"The server stopped as soon as it started:\n{(folder / 'log').read_text()}")
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _succeeds(command: Command) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _until(ready: Callable[[], bool], *, what: str) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while not ready():
        if time.monotonic() > end:
            raise CannotProvideError(f"{what} did not answer within {STARTS_WITHIN:.0f} seconds.")
        time.sleep(0.05)
