"""Where an expense may belong that nobody has filed: as a rule says, as the last time, else as was learned from history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib import import_module

from django.core.cache import cache

from accounts.models import Business
from expenses.filing import Line
from expenses.learning import Example, Learned, Seen
from expenses.models import ExpenseCategory, ExpenseKind, Payee, Split
from expenses.services.rules import Filer

FEWEST = 30  # examples, from which anything is learned
MOST_EXAMPLES = 4000  # the newest, so that learning takes about a second at most
LEAST = 50  # per cent; below, nothing is suggested
KEPT = 60 * 60  # seconds until it is learned anew
KEPT_NOTHING = 5 * 60
LEARNING = 60  # seconds in which nobody else begins to learn the same


class Why(StrEnum):
    RULE = "rule"
    PAYEE = "payee"
    LEARNED = "learned"


@dataclass(frozen=True)
class Guess:
    """`percent` is how many of a hundred such guesses are right; None where it is no guess: a rule or the last time says so."""

    category: ExpenseCategory
    why: Why
    percent: int | None = None
    rule: str = ""


@dataclass(frozen=True)
class Asked:
    line: Line
    kind: str = ExpenseKind.EXPENSE


def get_guesses(business: Business, asked: Sequence[Asked]) -> list[Guess | None]:
    """One for each that is asked, None where nothing is likely enough. At most four queries, one to learn among them."""
    guesser = _Guesser(business, asked)
    return [guesser.guess(one) for one in asked]


def get_guess(business: Business, asked: Asked) -> Guess | None:
    return get_guesses(business, [asked])[0]


def get_learned(business: Business) -> Learned | None:
    """What a book teaches, from the cache or learned now; None while it has too little, or while another request learns it."""
    key = f"expenses:learned:{business.pk}"
    found = cache.get(key)
    if found is None:
        if not cache.add(f"{key}:at-work", 1, LEARNING):
            return None
        found = _learn(business) or False
        cache.set(key, found, KEPT if found else KEPT_NOTHING)
        cache.delete(f"{key}:at-work")
    return found or None


def forget_learned(business: Business) -> None:
    """Learn anew when next asked."""
    cache.delete(f"expenses:learned:{business.pk}")


class _Guesser:
    """All that it needs is read once; what was learned, when the first line needs it."""

    def __init__(self, business: Business, asked: Sequence[Asked]) -> None:
        self._business, self._rules = business, Filer(business)
        self._in_use = {each.pk: each for each in ExpenseCategory.objects.for_business(business).to_file_under()}
        payees = Payee.objects.for_business(business).filter(name__in={one.line.payee for one in asked} - {""})
        self._remembered = dict(payees.values_list("name", "category_id"))

    def guess(self, one: Asked) -> Guess | None:
        line = one.line
        filed = self._rules.file(payee=line.payee, text=line.text, amount=line.amount, account_id=line.account_id)
        if filed:
            return Guess(filed.category, Why.RULE, rule=filed.rule_name)
        known = self._in_use.get(self._remembered.get(line.payee) or 0)
        return Guess(known, Why.PAYEE) if known else self._learned(Seen(line.payee, line.text, line.amount, one.kind))

    def _learned(self, seen: Seen) -> Guess | None:
        likely = self._model.guess(seen) if self._model else None
        category = self._in_use.get(likely.category_id) if likely else None
        if likely is None or category is None or likely.confidence * 100 < LEAST:
            return None
        return Guess(category, Why.LEARNED, int(likely.confidence * 100))

    @cached_property
    def _model(self) -> Learned | None:
        return get_learned(self._business)


def _learn(business: Business) -> Learned | None:
    """From the newest that somebody has filed, a share of a split as one of its own."""
    filed_under = ExpenseCategory.objects.for_business(business).to_file_under()
    rows = Split.objects.for_business(business).filter(category__in=filed_under)
    names = ("expense__payee__name", "expense__note", "note", "amount", "expense__kind", "category_id")
    newest = rows.order_by("-spent_on", "-id").values_list(*names)[:MOST_EXAMPLES]
    examples = [
        Example(Seen(payee or "", f"{note} {own}", abs(amount), kind), category)
        for payee, note, own, amount, kind, category in newest
    ]
    if len(examples) < FEWEST:
        return None
    learn: Callable[[Sequence[Example]], Learned | None] = import_module("expenses.learning.train").learn
    return learn(examples)
