"""Amounts as people type them: 12.50, 12,50, €12, EUR 12, 1,234.50. One that may mean two things is none."""

import re
from dataclasses import dataclass
from decimal import Decimal

from common import money
from common.fields import LARGEST_AMOUNT

SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "₩": "KRW", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₪": "ILS"}
SHARED_SIGNS = {"$": frozenset({"AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "USD"}), "¥": frozenset({"CNY", "JPY"})}
WORDY = frozenset({"CHF", "EUR", "GBP", "JPY", "USD"})  # in small letters too; "all", "top" and "try" are words of the language
WHOLE = re.compile(r"[0-9]{1,14}")
PLACED = re.compile(r"[0-9]{1,14}[.,][0-9]{1,4}")
GROUPED = (
    re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,4})?"),
    re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,4})?"),
)
GLUED = re.compile(r"([A-Za-z]{3}|[^\w\s.,+-])?([0-9][0-9.,]*)([A-Za-z]{3}|[^\w\s.,+-])?")


@dataclass(frozen=True)
class Sum:
    amount: Decimal
    currency: str
    has_mark: bool
    has_places: bool
    is_plus: bool


def mark_of(word: str, own: str) -> str:
    """The currency that a word alone stands for, or "". A sign that many share means the business's own, if it is one of them."""
    if word in SIGNS:
        return own if own in SHARED_SIGNS.get(word, ()) else SIGNS[word]
    code = word.upper()
    is_code = len(word) == 3 and (code == own or code in money.living_currencies())
    return code if is_code and (word == code or code in WORDY or code == own) else ""


def sum_of(word: str, own: str, mark: str = "") -> Sum | None:
    """An amount, its currency glued to it or said by the word beside it (`mark`)."""
    sign, rest = (word[0], word[1:]) if word[:1] in {"+", "-", "−"} else ("", word)
    found = GLUED.fullmatch(rest)
    if not found:
        return None
    marks = [mark_of(each, own) for each in (found[1], found[3]) if each] + [each for each in (mark,) if each]
    if len(marks) > 1 or "" in marks:
        return None
    currency = marks[0] if marks else own
    amount = _number(found[2], money.places(currency))
    if amount is None or not 0 < amount <= LARGEST_AMOUNT:
        return None
    return Sum(amount, currency, bool(marks), amount.as_tuple().exponent != 0, sign == "+")


def _number(text: str, places: int) -> Decimal | None:
    """1.234 is a thousand in euros or one and a bit in dinars; where it may be either, it is neither."""
    if WHOLE.fullmatch(text):
        return Decimal(text)
    if PLACED.fullmatch(text):
        whole, tail = re.split(r"[.,]", text)
        if len(tail) <= places:
            return Decimal(f"{whole}.{tail}")
        return Decimal(whole + tail) if places == 0 and len(tail) == 3 and len(whole) <= 3 else None
    for pattern, comma in zip(GROUPED, ",.", strict=True):
        if pattern.fullmatch(text):
            number = Decimal(text.replace(comma, "").replace(",", "."))
            return number if number == round(number, places) else None
    return None
