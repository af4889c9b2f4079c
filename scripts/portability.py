"""What every database must be able to ask, DB2 included: a static look at our source.

Models are looked at by `common.portability`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

UNPORTABLE = {
    r"__i?regex\b": "regular expressions differ between databases",
    r"\b(Window|GeneratedField|StringAgg|ArrayAgg)\(": "not on every database",
    r"\bTrunc(Date|Day|Week|Month|Year|Hour)?\(|\bExtract(Year|Month|Day|Hour|WeekDay)\(": "group by a stored local date instead",
    r"_at__(date|year|month|day|hour|week)\b": "ask for a half-open range of moments instead",
    r"\bdb_default\b|\bdb_collation\b": "not on every database",
    r"\b(ignore_conflicts|update_conflicts)=": "use get_or_create under a unique constraint",
    r"\b(skip_locked|nowait)=": "claim by conditional update instead",
    r"\.distinct\(\s*['\"]": "DISTINCT ON is PostgreSQL's alone",
    r"\.(raw|extra)\(|\bRawSQL\(": "no SQL by hand",
}
SPEAK_OF_IT = {"common/portability.py", "portal/db2_probes.py"}  # the check of models, and what asks DB2 on purpose
OURS = (
    "accounts",
    "alerts",
    "audit",
    "common",
    "expenses",
    "imports",
    "inventory",
    "mail",
    "portal",
    "purchasing",
    "sales",
    "webhooks",
)


def source_faults(path: Path) -> Iterator[str]:
    if str(path) in SPEAK_OF_IT:
        return
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        for pattern, reason in UNPORTABLE.items():
            if found := re.search(pattern, line):
                yield f"{path}:{number}: {found[0].strip()} — {reason}"


def main() -> int:
    faults = [fault for app in OURS for path in sorted(Path(app).rglob("*.py")) for fault in source_faults(path)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
