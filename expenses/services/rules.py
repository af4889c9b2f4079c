"""Rules that file an expense by itself, and the one way to ask them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from accounts import trail
from accounts.models import Business, Member
from accounts.permissions import Action
from audit import services as audit
from common import money
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT
from expenses.filing import Line, Rule, first_match, tags_of
from expenses.models import ExpenseCategory, FilingRule

FIELDS = (
    "name", "payee_contains", "text_contains", "least", "most", "account", "category", "set_payee", "add_tags", "is_active",
)  # fmt: skip
MOST_TAGS = 20
LONGEST_TAG = 40
MOST_RULES = 500


class RuleNameTaken(DomainError):
    code = "name_taken"
    field = "name"


class TooManyRules(DomainError):
    code = "too_many"


class BadRule(InvalidInput):
    pass


@dataclass(frozen=True)
class Filed:
    """Where a rule puts an expense, and which rule it was."""

    category: ExpenseCategory
    payee: str
    tags: tuple[str, ...]
    rule_id: int
    rule_name: str


class Filer:
    """A business's rules, read in one query when it is made, and asked any number of times."""

    def __init__(self, business: Business) -> None:
        rows = FilingRule.objects.for_business(business).at_work().select_related("category")
        self._rows = {row.pk: row for row in rows}
        self._rules = [as_rule(row) for row in self._rows.values()]

    def file(self, *, payee: str, text: str, amount: Decimal, account_id: int | None) -> Filed | None:
        """What the first rule that takes it says, or None where none does. The amount counts without its sign."""
        rule = first_match(self._rules, Line(payee, text, amount, account_id))
        if rule is None:
            return None
        row = self._rows[rule.id]
        return Filed(row.category, rule.set_payee or payee, tuple(rule.tags), row.pk, row.name)


def as_rule(row: FilingRule) -> Rule:
    return Rule(
        id=row.pk or 0,
        category_id=row.category_id,
        payee_contains=row.payee_contains,
        text_contains=row.text_contains,
        least=row.least,
        most=row.most,
        account_id=row.account_id,
        set_payee=row.set_payee,
        tags=tags_of(row.add_tags),
    )


@unit_of_work()
def save_rule(*, rule: FilingRule, by: Member, at: datetime, values: Mapping[str, Any], version: int | None = None) -> FilingRule:
    """Create or change a rule; a new one comes last. `position` (from 1) moves it. Raises StaleVersion."""
    by.must(Action.MANAGE_RULES)
    if rule.pk:
        claim_version(rule, version)
    before = _values(rule) if rule.pk else {}
    fill_rule(rule, values, by)
    if not rule.pk:
        rule.position, rule.created_at = _last_position(by.business) + 1, at
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise RuleNameTaken(f"There is a rule called {rule.name} already.") from error
    if values.get("position"):
        _place(rule, values["position"])
    old, new = audit.changes(before, _values(rule))
    trail.record("rule changed" if before else "rule made", rule, by=by, at=at, before=old, after=new)
    return rule


@unit_of_work()
def move_rule(*, rule: FilingRule, by: Member, at: datetime, to: int) -> None:
    """Try a rule as the `to`th, from 1; the others make room."""
    by.must(Action.MANAGE_RULES)
    claim_version(rule, None)
    before = rule.position
    _place(rule, to)
    trail.record("rule moved", rule, by=by, at=at, before={"position": before}, after={"position": rule.position})


@unit_of_work()
def delete_rule(*, rule: FilingRule, by: Member, at: datetime) -> None:
    """Take a rule away. What it has filed stays filed."""
    by.must(Action.MANAGE_RULES)
    trail.record("rule deleted", rule, by=by, at=at, before=_values(rule))
    FilingRule.objects.for_business(by.business).filter(position__gt=rule.position).update(position=F("position") - 1)
    rule.delete()


def fill_rule(rule: FilingRule, values: Mapping[str, Any], by: Member) -> None:
    """Put what was entered into a rule that is not saved yet, or refuse it."""
    for name in FIELDS:
        setattr(rule, name, values.get(name, getattr(rule, name, None)))
    rule.business = by.business
    tags = tags_of(rule.add_tags)
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        raise BadRule(f"Give at most {MOST_TAGS} tags of at most {LONGEST_TAG} characters.", field="add_tags")
    rule.add_tags = ", ".join(tags)
    if not as_rule(rule).asks_for_something:
        raise BadRule("Say what to look for: a payee, a text, an amount or an account.", field="payee_contains")
    for name in ("least", "most"):
        _check_amount(getattr(rule, name), by.business.currency, field=name)
    if rule.least is not None and rule.most is not None and rule.least > rule.most:
        raise BadRule("The smallest amount is more than the largest.", field="most")


def _check_amount(amount: Decimal | None, currency: str, *, field: str) -> None:
    if amount is None:
        return
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT:
        raise BadRule(f"An amount lies between 0 and {LARGEST_AMOUNT:,}.", field=field)
    if not money.fits(amount, currency):
        raise BadRule(f"An amount in {currency} has at most {money.places(currency)} decimal places.", field=field)


def _last_position(business: Business) -> int:
    rules = FilingRule.objects.for_business(business)
    if rules.count() >= MOST_RULES:
        raise TooManyRules(f"There are {MOST_RULES} rules, which is as many as can be. Delete one that is not needed.")
    return rules.aggregate(last=Max("position"))["last"] or 0


def _place(rule: FilingRule, to: int) -> None:
    """Number all rules from 1 with this one at its place; only those that move are written."""
    others = FilingRule.objects.for_business(rule.business).in_order().exclude(pk=rule.pk)
    order = list(others.values_list("pk", "position"))
    order.insert(max(to, 1) - 1, (rule.pk, rule.position))
    for position, (pk, was) in enumerate(order, start=1):
        if position != was:
            FilingRule.objects.filter(pk=pk).update(position=position)
        if pk == rule.pk:
            rule.position = position


def _values(rule: FilingRule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in FIELDS if name not in {"category", "account"}}
    return values | {"category": rule.category.name, "account": rule.account.name if rule.account else ""}
