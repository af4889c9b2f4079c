"""An expense in one line, "12.50 lunch @cafe #team yesterday", read without a database.

Each word becomes exactly one part. What is not understood becomes the note: nothing is dropped and nothing made up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from expenses.quick_amounts import Sum, mark_of, sum_of
from expenses.quick_days import day_of

LONGEST_TAG = 40
LONGEST_NAME = 6  # words
CLOSING = ",;"


class What(StrEnum):
    AMOUNT = "amount"
    DAY = "day"
    PAYEE = "payee"
    TAG = "tag"
    CATEGORY = "category"
    KIND = "kind"
    NOTE = "note"


@dataclass(frozen=True)
class Part:
    """Words of the line, as they were typed, and what they were taken for."""

    what: What
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True)
class Known:
    """Names that may stand in a line without a mark: payees with the category they remember, and categories; with ids."""

    payees: Mapping[str, int | None] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What was understood. `currency` is the business's own unless the line says otherwise; no day means today."""

    parts: tuple[Part, ...]
    currency: str
    spent_on: date
    amount: Decimal | None = None
    payee: str = ""
    category: int | None = None
    is_remembered: bool = False  # the category is the payee's, not the line's
    tags: tuple[str, ...] = ()
    kind: str = "expense"
    note: str = ""


def read(text: str, *, today: date, currency: str, known: Known | None = None, month_first: bool = False) -> Reading:
    """Read a line. Never raises, whatever was typed."""
    return _Line(text.split(), currency, known or Known()).reading(today, month_first=month_first)


class _Line:
    """The words, and who has taken which."""

    def __init__(self, words: Sequence[str], currency: str, known: Known) -> None:
        self._words = words
        self._bare = [word.rstrip(CLOSING) for word in words]
        self._currency, self._known = currency, known
        self._taken: dict[int, tuple[What, int]] = {}  # where a part begins: what it is, how many words

    def reading(self, today: date, *, month_first: bool) -> Reading:
        tags = self._tags()
        payee = self._marked_payee()
        kind = self._kind()
        spent_on = self._day(today, month_first=month_first)
        found = self._amount()
        payee = payee or self._named(What.PAYEE, self._known.payees)
        category = self._known.categories.get(self._named(What.CATEGORY, self._known.categories))
        remembered = self._known.payees.get(payee) if category is None else None
        parts = self._parts()
        return Reading(
            parts=parts,
            currency=found.currency if found else self._currency,
            spent_on=spent_on or today,
            amount=found.amount if found else None,
            payee=payee,
            category=category or remembered,
            is_remembered=remembered is not None,
            tags=tags,
            kind="income" if found and found.is_plus and kind == "expense" else kind,
            note=" ".join(str(part) for part in parts if part.what is What.NOTE),
        )

    def _free(self, first: int, count: int = 1) -> bool:
        """Whether words from `first` on are there and nobody's."""
        held = {place for start, (_, length) in self._taken.items() for place in range(start, start + length)}
        return first + count <= len(self._words) and not held & set(range(first, first + count))

    def _take(self, what: What, first: int, count: int = 1) -> None:
        self._taken[first] = (what, count)

    def _tags(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for place, word in enumerate(self._bare):
            tag = word[1:]
            if word.startswith("#") and tag and len(tag) <= LONGEST_TAG and not set(tag) & set("#@,"):
                self._take(What.TAG, place)
                found[tag] = None
        return tuple(found)

    def _marked_payee(self) -> str:
        """@cafe, @"Fennel & Co", or @ before a payee that is known."""
        for place, word in enumerate(self._bare):
            if not word.startswith("@") or not self._free(place):
                continue
            name, count = self._after_mark(place)
            if name:
                self._take(What.PAYEE, place, count)
                return name
        return ""

    def _after_mark(self, place: int) -> tuple[str, int]:
        if self._bare[place].startswith('@"'):
            for count in range(1, len(self._words) - place + 1):
                whole = " ".join(self._bare[place : place + count])[2:]
                if whole.endswith('"') and self._free(place, count):
                    name = whole[:-1].strip()
                    return self._spelled(self._known.payees).get(name.casefold(), name), count
        name, count = self._longest(place, self._known.payees, skip=1)
        return (name, count) if name else (self._bare[place][1:].strip('"'), 1)

    def _kind(self) -> str:
        """ "refund" or "income" as the first word of what has no mark."""
        first = next((place for place in range(len(self._words)) if self._free(place)), None)
        word = self._bare[first].casefold() if first is not None else ""
        if first is None or word not in {"refund", "income"}:
            return "expense"
        self._take(What.KIND, first)
        return word

    def _day(self, today: date, *, month_first: bool) -> date | None:
        for place in range(len(self._words)):
            for count in (3, 2, 1):
                if self._free(place, count):
                    day = day_of(self._bare[place : place + count], today, month_first=month_first)
                    if day:
                        self._take(What.DAY, place, count)
                        return day
        return None

    def _amount(self) -> Sum | None:
        """The amount with a currency, else with decimal places, else the first number."""
        found = [one for place in range(len(self._words)) if self._free(place) and (one := self._sum_at(place))]
        best = max(found, key=lambda one: (one[0].has_mark, one[0].has_places), default=None)
        if best is None:
            return None
        amount, first, count = best
        self._take(What.AMOUNT, first, count)
        return amount

    def _sum_at(self, place: int) -> tuple[Sum, int, int] | None:
        """An amount with the currency before or after it, else alone; where it begins and how many words it takes."""
        word, own = self._bare[place], self._currency
        for beside, first in ((place - 1, place - 1), (place + 1, place)):
            mark = mark_of(self._bare[beside], own) if beside >= 0 and self._free(beside) else ""
            if mark and (found := sum_of(word, own, mark)):
                return found, first, 2
        alone = sum_of(word, own)
        return (alone, place, 1) if alone else None

    def _named(self, what: What, names: Mapping[str, int | None] | Mapping[str, int]) -> str:
        for place in range(len(self._words)):
            name, count = self._longest(place, names)
            if name:
                self._take(what, place, count)
                return name
        return ""

    def _longest(self, place: int, names: Mapping[str, int | None] | Mapping[str, int], *, skip: int = 0) -> tuple[str, int]:
        """The known name that the words from here on spell, the longest first."""
        spelled = self._spelled(names)
        for count in range(min(LONGEST_NAME, len(self._words) - place), 0, -1):
            words = " ".join(self._bare[place : place + count])[skip:].strip().casefold()
            if words in spelled and self._free(place, count):
                return spelled[words], count
        return "", 0

    def _spelled(self, names: Iterable[str]) -> dict[str, str]:
        return {name.casefold(): name for name in names}

    def _parts(self) -> tuple[Part, ...]:
        parts, place = [], 0
        while place < len(self._words):
            what, count = self._taken.get(place, (What.NOTE, 1))
            parts.append(Part(what, tuple(self._words[place : place + count])))
            place += count
        return tuple(parts)
