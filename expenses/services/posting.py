"""Recurring expenses come true: each of their days once, whoever runs, however late, and wherever a run is killed.

A day is claimed by inserting its Occurrence, in the transaction that records the expense: it leaves what is committed and
enters what is spent at the same instant. Days that need somebody are claimed together at the end, with their alerts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import trail
from accounts.models import Business, Member
from accounts.permissions import Action, Role
from alerts.models import AlertKind
from alerts.services import Finding, raise_alerts, recover
from common import money
from common.db import retried, unit_of_work
from common.errors import DomainError
from expenses.models import ExpenseKind, Occurrence, OccurrenceState, RecurringExpense
from expenses.services.record import Entry, Recorded, record_expense
from expenses.upcoming import get_dealt_with, undone

VIA = "recurring"


class AlreadyHandled(DomainError):
    code = "already_handled"


class NotItsDay(DomainError):
    code = "not_its_day"
    field = "due_on"


@dataclass(frozen=True)
class Asked:
    """A day that could not be posted by itself, and why: nothing where only its amount is wanting."""

    recurring: RecurringExpense
    on: date
    refusal: str = ""


def post_due(*, business: Business, at: datetime) -> int:
    """Post all that has fallen due up to the business's local day, and ask for what needs an amount. How many were posted.

    What one of them is refused (a closed period, a budget that stops or asks) is asked for too, and holds up no other.
    """
    today = business.local_day(at)
    behind = _behind(business, today)
    known = get_dealt_with(business)
    asked: list[Asked] = []
    posted = 0
    for recurring in behind:
        for day in undone(recurring, recurring.starts_on, today, known[recurring.pk]):
            if recurring.is_variable:
                asked.append(Asked(recurring, day))
                continue
            try:
                posted += _post(recurring, day, at)
            except DomainError as refused:
                asked.append(Asked(recurring, day, refused.message))
    _close_run(business, behind, asked, at)
    return posted


@unit_of_work()
def settle(
    *,
    recurring: RecurringExpense,
    due_on: date,
    amount: Decimal,
    by: Member,
    at: datetime,
    spent_on: date | None = None,
    confirmed: bool = False,
) -> Recorded:
    """Record one of its days with an amount of its own: one that is due or was skipped, or one ahead of time."""
    by.must(Action.MANAGE_BUDGETS)
    _take(recurring, due_on, OccurrenceState.POSTED, at)
    entry = _entry(recurring, spent_on or due_on, amount)
    recorded = record_expense(by=by, entry=entry, at=at, confirmed=confirmed)
    recurring.occurrences.filter(due_on=due_on).update(expense=recorded.expense)
    _calm(recurring, due_on, at)
    return recorded


@unit_of_work()
def skip(*, recurring: RecurringExpense, due_on: date, by: Member, at: datetime) -> None:
    """Leave one of its days out, whether it waits or is still ahead."""
    by.must(Action.MANAGE_BUDGETS)
    _take(recurring, due_on, OccurrenceState.SKIPPED, at)
    trail.record("recurring expense skipped", recurring, by=by, at=at, after={"due_on": due_on})
    _calm(recurring, due_on, at)


def _behind(business: Business, today: date) -> list[RecurringExpense]:
    rows = RecurringExpense.objects.for_business(business).behind(today).order_by("pk")
    rows = rows.select_related("category", "payee", "account", "created_by__user", "business")
    return list(rows.prefetch_related("tags"))


@retried
def _post(recurring: RecurringExpense, day: date, at: datetime) -> bool:
    """The expense of a day, or False where another run was faster. What refuses it leaves nothing behind."""
    with transaction.atomic():
        occurrence = _claim(recurring, day, OccurrenceState.POSTED, at)
        if occurrence is None:
            return False
        entry = _entry(recurring, day, recurring.amount)
        occurrence.expense = record_expense(by=_standing_for(recurring), entry=entry, at=at).expense
        occurrence.save(update_fields=["expense"])
    return True


@unit_of_work()
def _close_run(business: Business, behind: Sequence[RecurringExpense], asked: Sequence[Asked], at: datetime) -> None:
    """Ask in one email a person, and remember that these days are dealt with. A change meanwhile has the last word."""
    today = business.local_day(at)
    won = [each for each in asked if _claim(each.recurring, each.on, OccurrenceState.DUE, at)]
    if won:
        raise_alerts(business=business, findings=[_finding(each) for each in won], at=at)
    for version in {each.version for each in behind}:
        pks = [each.pk for each in behind if each.version == version]
        rows = RecurringExpense.objects.behind(today).filter(pk__in=pks, version=version)
        rows.update(handled_until=today)


def _claim(recurring: RecurringExpense, day: date, state: OccurrenceState, at: datetime) -> Occurrence | None:
    try:
        with transaction.atomic():
            return Occurrence.objects.create(recurring=recurring, due_on=day, state=state, handled_at=at)
    except IntegrityError:
        return None


def _take(recurring: RecurringExpense, day: date, state: OccurrenceState, at: datetime) -> None:
    """A person deals with a day: one that waits or was skipped, else one that no run has come to."""
    rows = recurring.occurrences.filter(due_on=day)
    if rows.exclude(state__in=[OccurrenceState.POSTED, state]).update(state=state, handled_at=at):
        return
    if not rows.exists() and day not in undone(recurring, day, day):
        raise NotItsDay(f"{recurring.name} does not fall on {_words(day)}.")
    if not _claim(recurring, day, state, at):
        raise AlreadyHandled(f"{recurring.name} of {_words(day)} is dealt with already.")


def _standing_for(recurring: RecurringExpense) -> Member:
    """Whoever made it, in the right that making it needed, whatever their role is today."""
    maker = recurring.created_by
    role = maker.role if Role(maker.role).rank >= Role.MANAGER.rank else Role.MANAGER
    seat = Member(pk=maker.pk, business=recurring.business, user=maker.user, role=role, joined_at=maker.joined_at)
    seat.via = VIA
    return seat


def _entry(recurring: RecurringExpense, on: date, amount: Decimal) -> Entry:
    """Its tax keeps its share of another amount."""
    tax = recurring.business.money(recurring.tax * amount / recurring.amount) if recurring.tax else money.ZERO
    return Entry(
        spent_on=on,
        amount=amount,
        category=recurring.category,
        kind=ExpenseKind(recurring.kind),
        payee=recurring.payee.name if recurring.payee else "",
        account=recurring.account,
        note=recurring.note,
        tags=[tag.name for tag in recurring.tags.all()],
        tax=tax,
    )


def _calm(recurring: RecurringExpense, day: date, at: datetime) -> None:
    recover(business=recurring.business, kind=AlertKind.RECURRING_DUE, subject_keys=[_key(recurring, day)], at=at)


def _key(recurring: RecurringExpense, day: date) -> str:
    return f"recurring:{recurring.pk}:{day}"


def _finding(asked: Asked) -> Finding:
    recurring, business = asked.recurring, asked.recurring.business
    about = f"{money.symbol(business.currency)}{business.money(recurring.amount):,}"
    message = f"Due on {_words(asked.on)}: {asked.refusal or f'say the amount, about {about}.'}"
    url = f"{reverse('occurrence', args=[recurring.pk])}?on={asked.on}"
    return Finding(AlertKind.RECURRING_DUE, _key(recurring, asked.on), recurring.name, message, url)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
