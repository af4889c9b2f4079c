"""What a rule would do to past expenses, before it does anything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from dateutil.relativedelta import relativedelta

from accounts.models import Business, Member
from accounts.permissions import Action
from common.db import BATCH, unit_of_work
from expenses.filing import Line, Rule, first_match, matches
from expenses.models import Expense, ExpenseCategory, FilingRule, Split
from expenses.services.refile import Change, ChangedMeanwhile, refile
from expenses.services.rules import as_rule

Value = TypeVar("Value")
LOOKS_BACK = relativedelta(months=12)
MOST = 10_000  # the newest that one trial looks through in detail


@dataclass(frozen=True)
class Tried:
    """A past expense that the rule takes, as it is, and what would become of it."""

    expense_id: int
    version: int
    spent_on: date
    amount: Decimal
    payee: str
    note: str
    category: str = ""
    tags: tuple[str, ...] = ()
    new_category: str = ""  # each "" or () where it stays
    new_payee: str = ""
    new_tags: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        return bool(self.new_category or self.new_payee or self.new_tags)


@dataclass(frozen=True)
class Trial:
    """The rows that the rule takes, the newest first: those that would change, then the rest.

    Not among them: what a rule before it takes, what is split, and what lies in a closed period.
    """

    since: date
    rows: Sequence[Tried]
    changing: int
    taken_before: int
    split: int
    closed: int

    @property
    def matched(self) -> int:
        return len(self.rows)


def try_rule(*, rule: FilingRule, on: date) -> Trial:
    """What a rule, saved or not, takes of the last 12 months. At most five queries and a few for each 500 matches."""
    business, mine, since = rule.business, as_rule(rule), on - LOOKS_BACK
    earlier = _before(rule)
    found: list[Tried] = []
    taken_before = 0
    for tried, line in _past(business, mine, since, on):
        if not matches(mine, line):
            continue
        if first_match(earlier, line):
            taken_before += 1
        elif len(found) < MOST:
            found.append(tried)
    closed_until = business.closed_until  # `refile` reads it anew
    still_open = [one for one in found if closed_until is None or one.spent_on > closed_until]
    whole = list(_with_change(business, still_open, mine))
    whole.sort(key=lambda one: not one.is_change)
    return Trial(
        since=since,
        rows=whole,
        changing=sum(one.is_change for one in whole),
        taken_before=taken_before,
        split=len(still_open) - len(whole),
        closed=len(found) - len(still_open),
    )


@unit_of_work()
def apply_rule(*, rule: FilingRule, by: Member, at: datetime, expected: int) -> int:
    """File the past expenses of a trial by their rule, all of them or none. Returns how many changed.

    Raises ChangedMeanwhile where there are not as many as the person has seen.
    """
    by.must(Action.MANAGE_RULES)
    mine = as_rule(rule)
    changing = [one for one in try_rule(rule=rule, on=by.business.local_day(at)).rows if one.is_change]
    if len(changing) != expected:
        raise ChangedMeanwhile(f"Meanwhile it is {len(changing)} expenses instead of {expected}. Look again, then apply.")
    changes = [Change(one.expense_id, one.version, mine.category_id, mine.set_payee, tuple(mine.tags)) for one in changing]
    return refile(by=by, changes=changes, at=at, action="filed by a rule", reason=rule.name)


def _before(rule: FilingRule) -> list[Rule]:
    """The rules that are asked before it; a new one comes last."""
    rows = FilingRule.objects.for_business(rule.business).at_work()
    if not rule.pk:
        return [as_rule(row) for row in rows]
    mine = (rule.position, rule.pk)
    return [as_rule(row) for row in rows if (row.position, row.pk) < mine]


def _past(business: Business, rule: Rule, since: date, on: date) -> Iterator[tuple[Tried, Line]]:
    """Past expenses, the newest first, with what the database can rule out left out."""
    rows = Expense.objects.for_business(business).filter(spent_on__gt=since, spent_on__lte=on).newest_first()
    limits = {"account": rule.account_id, "amount__gte": rule.least, "amount__lte": rule.most}
    rows = rows.filter(**{name: value for name, value in limits.items() if value is not None})
    names = ("pk", "version", "spent_on", "amount", "payee__name", "note", "account_id")
    for pk, version, day, amount, payee, note, account in rows.values_list(*names).iterator(chunk_size=2000):
        tried = Tried(pk, version, day, business.money(amount), payee or "", note)
        yield tried, Line(tried.payee, note, amount, account)


def _with_change(business: Business, found: Sequence[Tried], rule: Rule) -> Iterator[Tried]:
    """Each that is not split with its category and tags, and what the rule would make of them."""
    names = dict(ExpenseCategory.objects.for_business(business).values_list("pk", "name"))
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        pks = [one.expense_id for one in batch]
        categories = _grouped(Split.objects.filter(expense__in=pks).order_by("pk").values_list("expense_id", "category_id"))
        through = Expense.tags.through.objects.filter(expense__in=pks).order_by("tag__name")
        tags = _grouped(through.values_list("expense_id", "tag__name"))
        for one in batch:
            if len(categories[one.expense_id]) == 1:
                yield _tried(one, rule, names, categories[one.expense_id][0], tuple(tags[one.expense_id]))


def _tried(one: Tried, rule: Rule, names: Mapping[int, str], category: int, tags: tuple[str, ...]) -> Tried:
    return replace(
        one,
        category=names[category],
        tags=tags,
        new_category=names[rule.category_id] if category != rule.category_id else "",
        new_payee=rule.set_payee if rule.set_payee != one.payee else "",
        new_tags=tuple(name for name in rule.tags if name not in tags),
    )


def _grouped(pairs: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    groups: dict[int, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
