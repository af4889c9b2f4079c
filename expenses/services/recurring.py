from collections.abc import Mapping
from datetime import date, datetime, timedelta
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
from expenses.models import Payee, RecurringExpense
from expenses.recurrence import recurrence
from expenses.services.record.filing import tags_named

FIELDS = (
    "name", "kind", "rule", "starts_on", "ends_on", "amount", "is_variable", "category", "account", "note", "tax", "is_active",
)  # fmt: skip
DAY = timedelta(days=1)
LONGEST_BACK = timedelta(days=366)


class RecurringNameTaken(DomainError):
    code = "name_taken"
    field = "name"


class BadRecurring(InvalidInput):
    pass


@unit_of_work()
def save_recurring(
    *, recurring: RecurringExpense, by: Member, at: datetime, values: Mapping[str, Any], version: int | None = None
) -> RecurringExpense:
    """Create or change a recurring expense. `values` may name its `payee`, and its `tags` as a list of names.

    A change holds for the days that no run has come to yet: what is posted stays as it is. Raises StaleVersion.
    """
    by.must(Action.MANAGE_BUDGETS)
    if recurring.pk:
        claim_version(recurring, version)
    else:
        recurring.created_by, recurring.created_at = by, at
    before, started, rested = _known(recurring), recurring.starts_on, bool(recurring.pk) and not recurring.is_active
    for name in FIELDS:
        if name in values:
            setattr(recurring, name, values[name])
    recurring.business = by.business
    today = by.business.local_day(at)
    _check(recurring, since=None if started == recurring.starts_on else today - LONGEST_BACK)
    if rested and recurring.is_active:
        recurring.handled_until = max(recurring.handled_until or date.min, today - DAY)
    _name(recurring, values)
    _save(recurring)
    if "tags" in values:
        recurring.tags.set(tags_named(values["tags"], by.business))
    old, new = audit.changes(before, _values(recurring))
    trail.record(
        "recurring expense changed" if before else "recurring expense made", recurring, by=by, at=at, before=old, after=new
    )
    return recurring


@unit_of_work()
def rest_or_resume(*, recurring: RecurringExpense, by: Member, at: datetime) -> RecurringExpense:
    """Let it rest, or go on from today: the days it rested are not made up for."""
    return save_recurring(recurring=recurring, by=by, at=at, values={"is_active": not recurring.is_active})


@unit_of_work()
def remove_recurring(*, recurring: RecurringExpense, by: Member, at: datetime) -> bool:
    """Delete it, or let it rest where it has a history. True where it is gone."""
    by.must(Action.MANAGE_BUDGETS)
    if recurring.occurrences.exists():
        save_recurring(recurring=recurring, by=by, at=at, values={"is_active": False})
        return False
    trail.record("recurring expense deleted", recurring, by=by, at=at, before=_values(recurring))
    recurring.delete()
    return True


def _check(recurring: RecurringExpense, *, since: date | None) -> None:
    currency = recurring.business.currency
    if not recurring.amount.is_finite() or not 0 < recurring.amount <= LARGEST_AMOUNT:
        raise BadRecurring(f"An amount lies above 0 and is at most {LARGEST_AMOUNT:,}.", field="amount")
    if not recurring.tax.is_finite() or not 0 <= recurring.tax <= recurring.amount:
        raise BadRecurring("The tax lies between 0 and the amount.", field="tax")
    for field in ("amount", "tax"):
        if not money.fits(getattr(recurring, field), currency):
            raise BadRecurring(f"An amount in {currency} has at most {money.places(currency)} decimal places.", field=field)
    recurring.rule = recurrence(recurring.rule, recurring.starts_on, recurring.ends_on).rule
    if since and recurring.starts_on < since:
        raise BadRecurring("It starts at most a year ago: each day that is past is posted too.", field="starts_on")


def _name(recurring: RecurringExpense, values: Mapping[str, Any]) -> None:
    recurring.name, recurring.note = recurring.name.strip()[:80], recurring.note[:255]
    if not recurring.name:
        raise BadRecurring("Give it a name.", field="name")
    if "payee" not in values:
        return
    payee = (values["payee"] or "").strip()[:120]
    known = {"category": recurring.category}
    recurring.payee = Payee.objects.get_or_create(business=recurring.business, name=payee, defaults=known)[0] if payee else None


def _save(recurring: RecurringExpense) -> None:
    try:
        with transaction.atomic():
            recurring.save()
    except IntegrityError as error:
        raise RecurringNameTaken(f"There is a recurring expense called {recurring.name} already.") from error


def _known(recurring: RecurringExpense) -> dict[str, Any]:
    return _values(recurring) if recurring.pk else {}


def _values(recurring: RecurringExpense) -> dict[str, Any]:
    values = {name: getattr(recurring, name) for name in FIELDS if name not in {"category", "account"}}
    tags = sorted(recurring.tags.values_list("name", flat=True))
    payee = recurring.payee.name if recurring.payee else ""
    account = recurring.account.name if recurring.account else ""
    return values | {"category": recurring.category.name, "account": account, "payee": payee, "tags": tags}
