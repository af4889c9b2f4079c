"""The checks that CI and pre-commit call: `python -m scripts.check` runs all, `python -m scripts.check ruff types` those two."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent
PYTHON = sys.executable
DJANGO = [PYTHON, "manage.py"]

CHECKS: dict[str, list[str]] = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "ruff": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "limits": [PYTHON, "-m", "scripts.limits"],
    "types": [PYTHON, "-m", "mypy"],
    "arrows": [str(BIN / "lint-imports"), "--no-logo"],
    "django": [*DJANGO, "check", "--fail-level", "WARNING"],
    "portability": [PYTHON, "-m", "scripts.portability"],
    "migrations": [*DJANGO, "makemigrations", "--check", "--dry-run"],
    "schema": [PYTHON, "-m", "scripts.schema"],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "dockerfile": [str(BIN / "hadolint"), "Dockerfile"],
    "yaml": [str(BIN / "yamllint"), "--strict", "."],
    "kubernetes": [PYTHON, "-m", "scripts.kubernetes"],
}


def passes(name: str, env: dict[str, str]) -> bool:
    """Run one check; its output is shown only where it fails."""
    done = subprocess.run(CHECKS[name], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    print(f"{'ok' if done.returncode == 0 else 'FAILED':6} {name}", flush=True)
    if done.returncode:
        print(f"{done.stdout}{done.stderr}".strip(), flush=True)
    return done.returncode == 0


def main(wanted: list[str]) -> int:
    if unknown := [name for name in wanted if name not in CHECKS]:
        print(f"There is no check called {unknown[0]}. There are: {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="tillbook-check-") as var_dir:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tracker.settings.test",
            "VAR_DIR": var_dir,
            "DATABASE_URL": "sqlite:///:memory:",
        }
        failed = [name for name in wanted or CHECKS if not passes(name, env)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
