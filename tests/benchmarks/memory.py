"""What the whole system holds in memory: web, worker and beat as `make run` starts them."""

import os
import subprocess
import time

from portal.management.commands.run import _programs
from scripts.servers import free_port
from tests.benchmarks.meters import family, memory_mib

SETTLES_WITHIN = 12


def of_the_system(web: int) -> dict[str, float]:
    """MiB of each, in proportion where they share; the web process has served the whole benchmark by now."""
    commands = {program.name: program.command for program in _programs(free_port()) if program.name != "web"}
    children = {name: subprocess.Popen(command, env=os.environ) for name, command in commands.items()}
    try:
        time.sleep(SETTLES_WITHIN)
        held = {"web": memory_mib(family(web))} | {name: memory_mib(family(child.pid)) for name, child in children.items()}
    finally:
        for child in children.values():
            child.terminate()
            child.wait()
    return {name: round(mib, 1) for name, mib in (held | {"all": sum(held.values())}).items()}
