"""The figures, as a table for people and as JSON for the next run to be compared with."""

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

HEADINGS = ("work", "SQL", "web CPU ms", "database CPU ms", "both", "SQL by hand, CPU ms", "ratio", "wall ms")
FILE = Path("var/bench.json")


@dataclass(frozen=True)
class Line:
    work: str
    products: int
    sql: int
    web_ms: float
    database_ms: float
    by_hand_ms: float
    wall_ms: float

    @property
    def both(self) -> float:
        return self.web_ms + self.database_ms

    def row(self) -> str:
        ratio = f"{self.both / self.by_hand_ms:.1f}" if self.sql and self.by_hand_ms else "–"
        hand = f"{self.by_hand_ms:.1f}" if self.sql else "–"
        cells = (
            self.work, str(self.sql), f"{self.web_ms:.1f}", f"{self.database_ms:.1f}", f"{self.both:.1f}", hand, ratio,
            f"{self.wall_ms:.1f}",
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"


def head() -> str:
    return f"| {' | '.join(HEADINGS)} |\n|{' --- |' * len(HEADINGS)}"


def write(lines: list[Line], memory: dict[str, float]) -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    figures = [asdict(line) | {"cpu_ms": line.both} for line in lines]
    FILE.write_text(json.dumps({"python": platform.python_version(), "work": figures, "memory_mib": memory}, indent=1) + "\n")
    print(f"\nWritten to {FILE}")
