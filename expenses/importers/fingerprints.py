"""What keeps a line from coming in twice: the bank's id, else what it says and which of the day's equal ones it is."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from expenses.importers.lines import Line

SIGNS = re.compile(r"[\W_]+")


def give(lines: Sequence[Line]) -> None:
    """Set the fingerprints of all lines of a day. A second coffee at the same price is the second of its kind."""
    seen: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.fault:
            continue
        if identity := line.row["transaction"]:
            line.fingerprint = _digest("id", identity)
            continue
        text = SIGNS.sub("", f"{line.payee}{line.note}".casefold())
        content = f"{line.day}|{line.amount:.4f}|{text}"
        line.fingerprint = _digest("content", content, str(seen[line.account, content]))
        seen[line.account, content] += 1


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
