"""Prism, which serves an OpenAPI description and checks each request against it: installed by npm as its lock file says."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.servers import CannotProvideError, need

FOLDER = Path(__file__).parents[1] / "tests" / "programs"
PROGRAM = FOLDER / "node_modules" / ".bin" / "prism"
BESIDE = FOLDER.parents[2] / "shared" / "sendgrid" / "tsg_mail_v3.json"


def prism() -> str:
    """The path of Prism, installed at first; empty where there is no description to serve."""
    if not Path(os.environ.get("SENDGRID_OPENAPI") or BESIDE).exists():
        return ""
    need(lambda: shutil.which("node"), "nodejs")
    if not PROGRAM.exists():
        npm = need(lambda: shutil.which("npm"), "npm")
        print("Installing Prism", flush=True)
        quiet = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional", "--loglevel=error"]
        if subprocess.run(quiet, cwd=FOLDER, check=False).returncode:
            raise CannotProvideError("npm could not install Prism (tests/programs/package.json). Is the network there?")
    return str(PROGRAM)
