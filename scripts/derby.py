"""Apache Derby with a translator in front, for IBM's DB2 driver to talk to: Debian's packages, free loopback ports."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.servers import Command, free_port, need, private_folder, running
from tests.databases.db2.derby.drda import proxy

RIG = Path(__file__).resolve().parent.parent / "tests/databases/db2/derby"
JARS = Path("/usr/share/java")
NAME = "TILLBOOK"
DATABASES = (NAME, "TEST_TILLBOOK", *(f"TEST_TILLBOOK_GW{worker}" for worker in range(4)))
QUICK = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Duser.timezone=UTC",
    "-Dderby.system.durability=test",
    "-Dderby.language.statementCache.size=2000",
)
LOCKS = ("-Dderby.locks.waitTimeout=10", "-Dderby.locks.deadlockTimeout=3")
SERVER = "org.apache.derby.drda.NetworkServerControl"
ENGINE = "tests.databases.db2.derby"


def jar(name: str, package: str) -> str:
    path = JARS / f"{name}.jar"
    return need(lambda: str(path) if path.exists() else None, package)


@contextmanager
def derby() -> Iterator[str]:
    """A Derby of one's own behind the translator; gives the DATABASE_URL of the test backend."""
    javac = need(lambda: shutil.which("javac"), "default-jdk-headless")
    jars = [jar("derby", "libderby-java"), jar("derbynet", "libderby-java"), jar("derbytools", "derby-tools")]
    jars.append(jar("derbyclient", "libderbyclient-java"))
    with private_folder() as folder:
        subprocess.run([javac, "-d", folder, RIG / "Db2.java"], check=True)
        classes = ":".join([*jars, str(folder)])
        port = free_port()
        network = [
            "org.apache.derby.drda.NetworkServerControl",
            "start",
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "-noSecurityManager",
        ]
        command: Command = ["java", *QUICK, *LOCKS, f"-Dderby.system.home={folder}", "-cp", classes, *network]
        with running(command, port=port, folder=folder, stop=signal.SIGTERM):
            _create_databases(classes, port)
            with proxy(port) as front:
                options = "Authentication=SERVER&LOBCacheSize=2147483647"
                yield f"{ENGINE}://app:app@127.0.0.1:{front}/{NAME}?{options}"


def _create_databases(classes: str, port: int) -> None:
    """IBM's driver cannot create them. One a test process, each with the DB2 functions that Derby lacks."""
    functions = (RIG / "functions.sql").read_text()
    script = "".join(
        f"connect 'jdbc:derby://127.0.0.1:{port}/{name};create=true;user=app;password=app';\n{functions}\ndisconnect;\n"
        for name in DATABASES
    )
    done = subprocess.run(
        ["java", *QUICK, "-cp", classes, "org.apache.derby.tools.ij"], input=script, capture_output=True, text=True, check=True
    )
    if "ERROR" in done.stdout:
        raise RuntimeError(done.stdout)
