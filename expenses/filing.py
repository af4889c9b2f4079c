"""Which rule files a line: pure, first match wins."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Line:
    """What is known of an expense before it is filed. The amount counts without its sign."""

    payee: str
    text: str
    amount: Decimal
    account_id: int | None = None


@dataclass(frozen=True)
class Rule:
    """All that it asks for must hold: "" and None ask for nothing. Case, accents and spaces make no difference."""

    id: int
    category_id: int
    payee_contains: str = ""
    text_contains: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    account_id: int | None = None
    set_payee: str = ""
    tags: Sequence[str] = ()

    @property
    def asks_for_something(self) -> bool:
        amounts = self.least is not None or self.most is not None
        return bool(plain(self.payee_contains) or plain(self.text_contains) or amounts or self.account_id)


def plain(text: str) -> str:
    """Text as it is compared: "CAFÉ  Nero" is "cafe nero"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def matches(rule: Rule, line: Line) -> bool:
    amount = abs(line.amount)
    return (
        (rule.account_id is None or rule.account_id == line.account_id)
        and (rule.least is None or amount >= rule.least)
        and (rule.most is None or amount <= rule.most)
        and plain(rule.payee_contains) in plain(line.payee)
        and plain(rule.text_contains) in plain(line.text)
    )


def first_match(rules: Iterable[Rule], line: Line) -> Rule | None:
    """The first of `rules`, in the order given, that takes the line."""
    return next((rule for rule in rules if matches(rule, line)), None)


def tags_of(text: str) -> list[str]:
    """Tags written with commas between them, each once."""
    return list(dict.fromkeys(name for tag in text.split(",") if (name := tag.strip().lstrip("#").strip())))
