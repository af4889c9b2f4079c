"""Invented histories whose true answers are known: who is paid and for what, with mistakes as people make them."""

import random
from collections.abc import Sequence
from decimal import Decimal

from expenses.learning import Example, Seen

SYLLABLES = ("ba", "ko", "ri", "mu", "ten", "sal", "vor", "dil", "fen", "gra", "ope", "lin", "tur", "wex", "yam", "zor")
MISTAKES = 0.1


def history(count: int, *, categories: int = 8, seed: int = 1) -> list[Example]:
    """Half of the words say nothing, and one example of ten is filed under anything."""
    dice = random.Random(seed)
    common = _words(dice, 30)
    known = [(_words(dice, 8), _words(dice, 40)) for _ in range(categories)]
    return [_example(dice, known, common) for _ in range(count)]


def _words(dice: random.Random, count: int) -> list[str]:
    return ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(count)]


def _example(dice: random.Random, known: Sequence[tuple[list[str], list[str]]], common: list[str]) -> Example:
    place = dice.randrange(len(known))
    own, payees = known[place]
    payee = f"{dice.choice(payees)} {dice.choice(own + common)} {dice.randint(1, 9999)}"
    note = " ".join(dice.choice(dice.choice((own, common))) for _ in range(dice.randint(0, 3)))
    filed = dice.randrange(len(known)) if dice.random() < MISTAKES else place
    return Example(Seen(payee, note, Decimal(dice.randint(100, 9999)) / 100), filed + 1)
