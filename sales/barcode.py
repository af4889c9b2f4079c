"""A receipt's number as Code 39 bars, so that a return begins with a scan. Pure: text in, bars out."""

from collections.abc import Iterator
from dataclasses import dataclass

NARROW, WIDE = 1, 3
# Nine elements a character, bar and space by turns; “w” is wide (ISO/IEC 16388).
PATTERNS = {
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw", "5": "wnnwwnnnn", "6": "nnwwwnnnn",
    "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn", "-": "nwnnnnwnw", "*": "nwnnwnwnn",
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    x: int
    width: int


@dataclass(frozen=True)
class Bars:
    bars: tuple[Bar, ...]
    width: int


def code_39(text: str) -> Bars | None:
    """The bars of digits and hyphens between start and stop; None for a number with other characters."""
    if not text or any(character not in PATTERNS for character in text) or "*" in text:
        return None
    x, bars = 0, []
    for is_bar, width in _elements(f"*{text}*"):
        if is_bar:
            bars.append(Bar(x, width))
        x += width
    return Bars(tuple(bars), x)


def _elements(text: str) -> Iterator[tuple[bool, int]]:
    for character in text:
        for index, size in enumerate(PATTERNS[character]):
            yield index % 2 == 0, WIDE if size == "w" else NARROW
        yield False, NARROW
