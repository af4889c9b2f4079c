import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from audit import services as audit
from common import money
from common.db import claim_version, unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT
from expenses.models import Budget, BudgetRevision
from expenses.periods import DAY, FIRST_DAY, LAST_DAY, Every
from expenses.services import closed
from expenses.services.watch import check_changed_budgets

Values = Mapping[str, Any]
FIELDS = (
    "name", "category", "tag", "account", "amount", "period", "starts_on", "ends_on",
    "carry_over", "thresholds", "mode", "is_active",
)  # fmt: skip
MOST_THRESHOLDS = 5
NEXT = re.compile(r" from \d{1,2} [A-Z][a-z]{2} \d{4}$")  # what begin_next has added to a name


class BudgetNameTaken(DomainError):
    code = "name_taken"
    field = "name"


class BadBudget(InvalidInput):
    pass


@unit_of_work()
def save_budget(*, budget: Budget, by: Member, at: datetime, values: Mapping[str, Any], version: int | None = None) -> Budget:
    """Create or change a budget, and check at once where it stands. Raises StaleVersion."""
    by.must(Action.MANAGE_BUDGETS)
    if budget.pk:
        claim_version(budget, version)
    before = _values(budget) if budget.pk else {}
    for name in FIELDS:
        setattr(budget, name, values.get(name, getattr(budget, name)))
    budget.business, budget.created_at = by.business, budget.created_at or at
    _check(budget)
    try:
        with transaction.atomic():
            budget.save()
    except IntegrityError as error:
        raise BudgetNameTaken(f"There is a budget called {budget.name} already.") from error
    closed.forget_all(budgets=[budget])
    old, new = audit.changes(before, _values(budget))
    trail.record("budget changed" if before else "budget made", budget, by=by, at=at, before=old, after=new)
    check_changed_budgets(business=by.business, budgets=[budget], on=by.business.local_day(at), at=at)
    return budget


@unit_of_work()
def set_resting(*, budget: Budget, is_resting: bool, by: Member, at: datetime) -> Budget:
    """Put a budget away, with what was told of it, or take it up again. Its history stays."""
    return save_budget(budget=budget, by=by, at=at, values={"is_active": not is_resting})


@unit_of_work()
def begin_next(*, budget: Budget, by: Member, at: datetime) -> Budget:
    """After a custom period, a new budget of the same length and terms that begins on the day after it."""
    if budget.period != Every.CUSTOM or budget.ends_on is None:
        raise BadBudget(f"{budget.name} goes on by itself.")
    length = budget.ends_on - budget.starts_on
    starts_on = budget.ends_on + DAY
    values = {name: getattr(budget, name) for name in FIELDS}
    name = f"{NEXT.sub('', budget.name)[:60]} from {starts_on.day} {starts_on:%b %Y}"
    values |= {"name": name, "starts_on": starts_on, "ends_on": starts_on + length, "amount": latest_limit(budget)}
    return save_budget(budget=Budget(business=by.business), by=by, at=at, values=values)


def latest_limit(budget: Budget) -> Decimal:
    latest = budget.revisions.order_by("from_on").last()
    return latest.amount if latest else budget.amount


@unit_of_work()
def revise_budget(*, budget: Budget, amount: Decimal, on: date, by: Member, at: datetime, reason: str = "") -> BudgetRevision:
    """Another limit from the period that holds `on`; what was before stays as it was."""
    by.must(Action.MANAGE_BUDGETS)
    period = budget.schedule.holding(on)
    if period is None:
        raise BadBudget(f"{budget.name} has no period on that day.", field="on")
    check_limit(amount, budget.business.currency)
    revision, _ = BudgetRevision.objects.update_or_create(
        budget=budget,
        from_on=period.first,
        defaults={"amount": amount, "made_by": by, "made_at": at, "reason": reason[:255]},
    )
    trail.record("budget revised", budget, by=by, at=at, after={"amount": str(amount), "from": period.first}, reason=reason)
    budget.refresh_from_db(fields=["revisions"])
    check_changed_budgets(business=by.business, budgets=[budget], on=on, at=at)
    return revision


def check_limit(amount: Decimal, currency: str) -> None:
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT:
        raise BadBudget(f"A limit lies between 0 and {LARGEST_AMOUNT:,}.", field="amount")
    if not money.fits(amount, currency):
        raise BadBudget(f"A limit in {currency} has at most {money.places(currency)} decimal places.", field="amount")


def _check(budget: Budget) -> None:
    check_limit(budget.amount, budget.business.currency)
    if sum(each is not None for each in (budget.category_id, budget.tag_id, budget.account_id)) > 1:
        raise BadBudget("A budget is for one category, one tag or one account, or for everything.", field="category")
    if not FIRST_DAY <= budget.starts_on <= LAST_DAY:
        raise BadBudget(f"Choose a day after 1970 and before {LAST_DAY.year}.", field="starts_on")
    if budget.period == Every.CUSTOM and budget.ends_on is None:
        raise BadBudget("Say on which day it ends.", field="ends_on")
    if budget.ends_on and budget.ends_on > LAST_DAY:
        raise BadBudget(f"Choose a day before {LAST_DAY.year}.", field="ends_on")
    if budget.ends_on and budget.ends_on < budget.starts_on:
        raise BadBudget("A budget ends on or after the day it starts.", field="ends_on")
    try:
        levels = budget.levels
    except InvalidOperation as error:
        raise BadBudget("Thresholds are numbers, with commas between them: 80, 100.", field="thresholds") from error
    if len(levels) > MOST_THRESHOLDS or not all(map(_can_be_crossed, levels)):
        raise BadBudget(f"Give at most {MOST_THRESHOLDS} thresholds, from 0.01 to 1000 %, to two places.", field="thresholds")
    budget.thresholds = ",".join(f"{level.normalize():f}" for level in levels)


def _can_be_crossed(level: Decimal) -> bool:
    return level.is_finite() and 0 < level <= 1000 and level == round(level, 2)


def _values(budget: Budget) -> dict[str, Any]:
    values = {name: getattr(budget, name) for name in FIELDS if name not in {"category", "tag", "account"}}
    about = {"category": budget.category, "tag": budget.tag, "account": budget.account}
    return values | {name: each.name if each else "" for name, each in about.items()}
