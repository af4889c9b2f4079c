"""What an expense looks like to the learner: words, parts of words, size and kind, hashed into so many places."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from zlib import crc32

from expenses.filing import plain

PLACES = 1 << 13
LONGEST = 200  # characters of a payee and a note that are looked at
GRAMS = (3, 4)
WEIGHTS = {"w": 1.0, "g": 0.7, "s": 0.3}  # words, their parts, and what is no text


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an expense before it is filed."""

    payee: str
    text: str
    amount: Decimal
    kind: str = "expense"

    @property
    def group(self) -> str:
        """Alike for all that one payee is called: numbers of shops and of receipts make no difference."""
        return " ".join(words(self.payee or self.text))


@dataclass(frozen=True, slots=True)
class Example:
    seen: Seen
    category_id: int


def words(text: str) -> list[str]:
    """Its words of letters alone, as they are compared."""
    letters = "".join(letter if letter.isalpha() else " " for letter in plain(text[:LONGEST]))
    return letters.split()


def features(seen: Seen) -> dict[int, float]:
    """Places and their weights; each sort of feature weighs the same however many of it there are."""
    found: dict[int, float] = {}
    for sort, weight in WEIGHTS.items():
        names = set(_SORTS[sort](seen))
        for name in names:
            place = _place(sort, name)
            found[place] = found.get(place, 0.0) + weight / sqrt(len(names))
    return found


def text_places(seen: Seen) -> list[int]:
    """The places of its words and their parts alone."""
    return [_place(sort, name) for sort in "wg" for name in set(_SORTS[sort](seen))]


def _place(sort: str, name: str) -> int:
    return crc32(f"{sort}:{name}".encode()) % PLACES


def _words(seen: Seen) -> Iterator[str]:
    yield from words(seen.payee)
    yield from words(seen.text)


def _grams(seen: Seen) -> Iterator[str]:
    for word in _words(seen):
        whole = f" {word} "
        for size in GRAMS:
            yield from (whole[start : start + size] for start in range(len(whole) - size + 1))


def _size(seen: Seen) -> Iterator[str]:
    """Its kind, and its size to a factor of about two."""
    yield seen.kind
    yield f"{seen.kind} {abs(seen.amount).normalize().adjusted()} {str(abs(seen.amount).normalize()).lstrip('0.')[:1] >= '3'}"


_SORTS = {"w": _words, "g": _grams, "s": _size}
