"""The hard limits of the house style: a file of 300 lines, a function of 60; and vendored files as they were taken."""

import ast
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE = 300
LONGEST_FUNCTION = 60
MEASURED = {".py", ".html", ".css", ".js"}
VENDOR = Path("static/vendor")
SUMS = VENDOR / "SHA256SUMS"


def ours() -> list[Path]:
    """Files known to git, or new and not ignored; neither migrations nor other people's work."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True)
    paths = (Path(line) for line in listed.stdout.splitlines())
    return [p for p in paths if p.suffix in MEASURED and "migrations" not in p.parts and VENDOR not in p.parents and p.is_file()]


def too_long(path: Path) -> Iterator[str]:
    text = path.read_text()
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{path}: {lines} lines, at most {LONGEST_FILE}"
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}"


def vendored() -> Iterator[str]:
    """Each file of static/vendor stands in SHA256SUMS with its sum, and nothing else does."""
    if not VENDOR.exists():
        return
    here = {p.relative_to(VENDOR).as_posix(): p for p in VENDOR.rglob("*") if p.is_file() and p != SUMS}
    lines = [line.split(maxsplit=1) for line in SUMS.read_text().splitlines()] if SUMS.exists() else []
    known = {name.lstrip("*./"): digest for digest, name in lines}
    for name in sorted(here.keys() | known.keys()):
        if name not in known:
            yield f"{VENDOR / name}: not in {SUMS}"
        elif name not in here:
            yield f"{SUMS}: {name} is listed and missing"
        elif hashlib.sha256(here[name].read_bytes()).hexdigest() != known[name]:
            yield f"{VENDOR / name}: not the file that {SUMS} names"


def main() -> int:
    faults = [fault for path in ours() for fault in too_long(path)] + list(vendored())
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
