"""Bars and lines drawn by hand: numbers in, SVG attributes out. Each chart is drawn twice, for a desk and for a phone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, floor, log10

LEFT, TOP, BOTTOM = 44, 14, 22
FILL = 0.6
THICKEST = 56  # two periods are two bars, not two walls
GRID_LINES = 3
RANK, NAME, LYING = 34, 18, 8  # a lying bar's row, its words, its thickness
LETTER = 7
ZERO = Decimal(0)
HALF_LETTER = 3.4  # so that a word under the last bar ends where the drawing ends


@dataclass(frozen=True)
class Size:
    """A drawing's box, and how many labels fit under it."""

    name: str
    width: int
    height: int
    labels: int


DESK = Size("desk", 720, 190, 11)
PHONE = Size("phone", 350, 170, 4)


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Mark:
    """What a bar is measured against, as a line across its slot."""

    path: str


@dataclass(frozen=True)
class Word:
    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Chart:
    size: Size
    lines: Sequence[tuple[str, Word]]
    bars: Sequence[Bar]
    marks: Sequence[Mark]
    labels: Sequence[Word]
    path: str = ""
    downs: Sequence[Bar] = ()
    names: Sequence[Word] = ()
    amounts: Sequence[Word] = ()


def bar_charts(values: Sequence[Decimal], labels: Sequence[str], *, marks: Sequence[Decimal] = (), unit: str = "") -> list[Chart]:
    """One chart for each size. What is below zero has no bar; the table beside the chart tells it."""
    top, step = scale(max([*values, *marks, Decimal(1)]))
    return [_chart(size, values, labels, marks, top=top, step=step, unit=unit) for size in (DESK, PHONE)]


def line_charts(values: Sequence[Decimal], labels: Sequence[str], *, unit: str = "") -> list[Chart]:
    """One for each size: a line from value to value, zero always in sight and what is below it too."""
    low, high = min([*values, ZERO]), max([*values, ZERO])
    _, step = scale(high - low)
    bottom, top = floor(low / step) * step, max(ceil(high / step), 1) * step
    return [_line_chart(size, values, labels, range(bottom, top + 1, step), unit=unit) for size in (DESK, PHONE)]


def flow_charts(ups: Sequence[Decimal], downs: Sequence[Decimal], labels: Sequence[str], *, unit: str = "") -> list[Chart]:
    """One for each size: what came as bars above a line, what went as bars below it; both are given without a sign."""
    _, step = scale(max([*ups, ZERO]) + max([*downs, ZERO]))
    top, bottom = (max(ceil(max([*side, ZERO]) / step), 1) * step for side in (ups, downs))
    return [_flow_chart(size, ups, downs, labels, range(-bottom, top + 1, step), unit=unit) for size in (DESK, PHONE)]


def rank_charts(values: Sequence[Decimal], names: Sequence[str], amounts: Sequence[str]) -> list[Chart]:
    """One for each size: bars that lie, each below its name and its amount in words. What is below zero has no bar."""
    height = RANK * len(values)
    sizes = (replace(DESK, height=height), replace(PHONE, height=height))
    return [_rank_chart(size, values, names, amounts) for size in sizes]


def scale(largest: Decimal) -> tuple[int, int]:
    """A round top no lower than `largest`, and the step of its grid: 1, 2 or 5 times a power of ten."""
    rough = max(float(largest), 1.0) / GRID_LINES
    power = 10 ** max(int(log10(rough)), 0)
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough or factor == 10)
    return ceil(float(largest) / step) * step, step


def _chart(
    size: Size, values: Sequence[Decimal], labels: Sequence[str], marks: Sequence[Decimal], *, top: int, step: int, unit: str
) -> Chart:
    floor = size.height - BOTTOM
    slot = (size.width - LEFT) / max(len(values), 1)
    thick = min(slot * FILL, THICKEST)

    def y(value: Decimal | float) -> float:
        return floor - (floor - TOP) * max(float(value), 0) / top

    def bar(n: int, value: Decimal) -> Bar:
        x = LEFT + slot * (n + 0.5) - thick / 2
        return Bar(f"{x:.1f}", f"{y(value):.1f}", f"{thick:.1f}", f"{floor - y(value):.1f}")

    def mark(n: int, value: Decimal) -> Mark:
        middle, half = LEFT + slot * (n + 0.5), thick * 2 / 3
        return Mark(f"M{middle - half:.1f} {y(value):.1f}H{middle + half:.1f}")

    return Chart(
        size=size,
        lines=[_line(size, y(height), f"{unit}{short(height)}") for height in range(0, top + 1, step)],
        bars=[bar(n, value) for n, value in enumerate(values) if value > 0],
        marks=[mark(n, value) for n, value in enumerate(marks) if value > 0],
        labels=_words(size, labels, slot),
    )


def _line_chart(size: Size, values: Sequence[Decimal], labels: Sequence[str], grid: range, *, unit: str) -> Chart:
    ground, slot = size.height - BOTTOM, (size.width - LEFT) / max(len(values), 1)

    def y(value: Decimal | int) -> float:
        return ground - (ground - TOP) * (float(value) - grid[0]) / (grid[-1] - grid[0])

    points = [f"{LEFT + slot * (n + 0.5):.1f} {y(value):.1f}" for n, value in enumerate(values)]
    lines = [_line(size, y(height), f"{'−' if height < 0 else ''}{unit}{short(abs(height))}") for height in grid]
    return Chart(size, lines, [], [], _words(size, labels, slot), "M" + "L".join(points) if points else "")


def _flow_chart(
    size: Size, ups: Sequence[Decimal], downs: Sequence[Decimal], labels: Sequence[str], grid: range, *, unit: str
) -> Chart:
    ground, slot = size.height - BOTTOM, (size.width - LEFT) / max(len(labels), 1)
    thick = min(slot * FILL, THICKEST)

    def y(value: Decimal | int) -> float:
        return ground - (ground - TOP) * (float(value) - grid[0]) / (grid[-1] - grid[0])

    def bar(n: int, high: Decimal, low: Decimal) -> Bar:
        x = LEFT + slot * (n + 0.5) - thick / 2
        return Bar(f"{x:.1f}", f"{y(high):.1f}", f"{thick:.1f}", f"{y(low) - y(high):.1f}")

    return Chart(
        size=size,
        lines=[_line(size, y(height), f"{unit}{short(abs(height))}") for height in grid],
        bars=[bar(n, value, ZERO) for n, value in enumerate(ups) if value > 0],
        marks=[],
        labels=_words(size, labels, slot),
        downs=[bar(n, ZERO, -value) for n, value in enumerate(downs) if value > 0],
    )


def _rank_chart(size: Size, values: Sequence[Decimal], names: Sequence[str], amounts: Sequence[str]) -> Chart:
    most, longest = max([*values, ZERO]) or Decimal(1), int(size.width / LETTER) - 12

    def bar(n: int, value: Decimal) -> Bar:
        return Bar("0", f"{n * RANK + NAME}", f"{max(size.width * float(value / most), 1):.1f}", f"{LYING}")

    def word(n: int, x: int, text: str) -> Word:
        return Word(f"{x}", f"{n * RANK + NAME - 5}", text)

    return Chart(
        size=size,
        lines=[],
        bars=[bar(n, value) for n, value in enumerate(values) if value > 0],
        marks=[],
        labels=[],
        names=[word(n, 0, text if len(text) <= longest else f"{text[:longest]}…") for n, text in enumerate(names)],
        amounts=[word(n, size.width, text) for n, text in enumerate(amounts)],
    )


def _words(size: Size, labels: Sequence[str], slot: float) -> list[Word]:
    """As many as fit below, the last one among them."""
    every = max(ceil(len(labels) / size.labels), 1)
    return [
        Word(f"{min(LEFT + slot * (n + 0.5), size.width - HALF_LETTER * len(text)):.1f}", f"{size.height - 5}", text)
        for n, text in enumerate(labels)
        if (len(labels) - 1 - n) % every == 0
    ]


def _line(size: Size, y: float, text: str) -> tuple[str, Word]:
    return f"M{LEFT} {y:.1f}H{size.width}", Word(f"{LEFT - 8}", f"{y + 4:.1f}", text)


def short(number: int) -> str:
    """800, 2k, 2.5k, 3m."""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if number >= size:
            return f"{number / size:g}{letter}"
    return str(number)
