"""The small line of a row of numbers, as SVG attributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, EDGE = 92, 24, 3


@dataclass(frozen=True)
class Spark:
    """`points` for a polyline in a 96 × 24 box, and where its last point lies."""

    points: str
    end_x: str
    end_y: str


def spark(values: Sequence[Decimal]) -> Spark | None:
    """None for fewer than two values, which make no line."""
    if len(values) < 2:
        return None
    low, high = min(*values, Decimal(0)), max(values)
    reach = float(high - low) or 1.0
    step = WIDTH / (len(values) - 1)
    places = [
        (f"{n * step:.1f}", f"{HEIGHT - EDGE - float(value - low) / reach * (HEIGHT - 2 * EDGE):.1f}")
        for n, value in enumerate(values)
    ]
    return Spark(" ".join(f"{x},{y}" for x, y in places), *places[-1])
