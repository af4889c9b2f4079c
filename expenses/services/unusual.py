"""An expense far outside what is usual is told of once, until it is corrected, deleted or said to be right."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Business, Member
from accounts.permissions import Action
from alerts.models import Alert, AlertKind, AlertQuerySet, AlertState
from alerts.services import Finding, raise_alerts, recover, resolve, reword
from common import money
from common.db import unit_of_work
from common.errors import DomainError
from common.schedule import claim_day, not_yet_run, zones_past
from expenses.models import Expense
from expenses.models.expense import ExpenseQuerySet
from expenses.queries import get_alike
from expenses.usual import Usual, get_unusual

JOB = "unusual expenses"
EARLY = 6  # on the local clock, so that the morning's summary knows of it
RECENT = timedelta(days=7)
RIGHT = "It is right."


class NothingToConfirm(DomainError):
    code = "nothing_to_confirm"


def look_at_new(expense: Expense, at: datetime) -> None:
    """After it was recorded: tell of it if it is unusual."""
    unusual = get_unusual(expense.business, [expense])
    findings = [_finding(each, unusual[each.pk]) for each in (_untold([expense]) if unusual else [])]
    if findings:
        raise_alerts(business=expense.business, findings=findings, at=at)


def look_at_changed(expense: Expense, at: datetime) -> None:
    """After it was changed: tell of it if it is unusual now; what was told and holds no longer is taken back."""
    unusual = get_unusual(expense.business, [expense])
    _take_back(expense, at, keep=[subject_key(expense)] if unusual else [])
    if not unusual or not reword(business=expense.business, finding=_finding(expense, unusual[expense.pk])):
        look_at_new(expense, at)


def take_back(expense: Expense, at: datetime) -> None:
    """It is gone, so nobody need look at it any more."""
    _take_back(expense, at, keep=[])


@unit_of_work()
def confirm(*, expense: Expense, by: Member, at: datetime) -> Alert:
    """Somebody says that the amount is right: it is not told of again while it stays the same."""
    by.must(Action.ANSWER_ALERTS)
    alert = get_alert(expense)
    if alert is None:
        raise NothingToConfirm("This is confirmed already.")
    return resolve(alert=alert, by=by, at=at, note=RIGHT)


def get_alert(expense: Expense) -> Alert | None:
    """What is told of an expense and not yet answered."""
    return _alerts(expense.business).unresolved().filter(subject_key=subject_key(expense)).first()


def businesses_due(*, at: datetime) -> list[int]:
    """Where expenses were written lately that no request has looked at, once a local day: a statement brings many at once."""
    fresh = Exists(_recent(at).filter(business=OuterRef("pk")))
    zones = list(Business.objects.order_by().values_list("timezone", flat=True).distinct())
    due: list[int] = []
    for zone, local in zones_past(EARLY, zones, at):
        due += Business.objects.filter(fresh, not_yet_run(JOB, local), timezone=zone).values_list("pk", flat=True)
    return due


@unit_of_work()
def check_business(*, business: Business, at: datetime) -> bool:
    """The schedule's look, once a local day; False where another was first."""
    local = next(local for _, local in zones_past(0, [business.timezone], at))
    if not claim_day(business_id=business.pk, job=JOB, local=local):
        return False
    rows = _recent(at).for_business(business)
    recent = list(rows.select_related("business", "payee", "created_by__user").order_by("pk"))
    _let_go(business, at)
    unusual = get_unusual(business, recent)
    untold = _untold([each for each in recent if each.pk in unusual])
    raise_alerts(business=business, findings=[_finding(each, unusual[each.pk]) for each in untold], at=at)
    return True


def _recent(at: datetime) -> ExpenseQuerySet:
    return Expense.objects.filter(spent_on__gte=(at - RECENT).date(), created_at__gt=at - RECENT)


def subject_key(expense: Expense) -> str:
    """The amount is a part of it: what was said to be right is so at that amount only."""
    return f"expense:{expense.pk}:{expense.business.money(expense.amount)}"


def _alerts(business: Business) -> AlertQuerySet:
    return Alert.objects.for_business(business).filter(kind=AlertKind.UNUSUAL_EXPENSE)


def _take_back(expense: Expense, at: datetime, *, keep: Sequence[str]) -> None:
    mine = _alerts(expense.business).unresolved().filter(subject_key__startswith=f"expense:{expense.pk}:")
    keys = list(mine.exclude(subject_key__in=keep).values_list("subject_key", flat=True))
    if keys:
        recover(business=expense.business, kind=AlertKind.UNUSUAL_EXPENSE, subject_keys=keys, at=at)


def _let_go(business: Business, at: datetime) -> None:
    """Of expenses that went without a word, with the statement that had brought them."""
    told = {int(key.split(":")[1]): key for key in _alerts(business).unresolved().values_list("subject_key", flat=True)}
    there = set(Expense.objects.for_business(business).filter(pk__in=list(told)).values_list("pk", flat=True)) if told else set()
    gone = [key for pk, key in told.items() if pk not in there]
    if gone:
        recover(business=business, kind=AlertKind.UNUSUAL_EXPENSE, subject_keys=gone, at=at)


def _untold(expenses: Sequence[Expense]) -> list[Expense]:
    """Without those said to be right, and the copies: a possible duplicate is told of where it is entered."""
    if not expenses:
        return []
    by_person = Q(note__gt="") | Q(resolved_by__isnull=False)
    answered = _alerts(expenses[0].business).filter(by_person, state=AlertState.RESOLVED)
    right = set(answered.filter(subject_key__in=list(map(subject_key, expenses))).values_list("subject_key", flat=True))
    return [each for each in expenses if subject_key(each) not in right and not _is_copy(each)]


def _is_copy(expense: Expense) -> bool:
    return any(other.payee_id == expense.payee_id and other.pk < expense.pk for other in get_alike(expense))


def _finding(expense: Expense, usual: Usual) -> Finding:
    business = expense.business
    where = f" at {expense.payee.name}" if expense.payee else ""
    span = "–".join(dict.fromkeys([_amount(business, usual.least), _amount(business, usual.most)]))
    what = "there" if expense.payee else "in its category"
    message = (
        f"Usually {span} {what}, {usual.count} times before. "
        f"Entered by {expense.created_by.user.get_full_name()} for {expense.spent_on.day} {expense.spent_on:%B %Y}."
    )
    subject = f"{_amount(business, expense.amount)}{where}"
    return Finding(AlertKind.UNUSUAL_EXPENSE, subject_key(expense), subject, message, reverse("expense", args=[expense.pk]))


def _amount(business: Business, amount: Decimal) -> str:
    return f"{money.symbol(business.currency)}{business.money(amount):,}"
