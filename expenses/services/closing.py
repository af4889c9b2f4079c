"""The books are closed up to a day: what lies in the closed period stays as it is until the owner reopens it."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import trail
from accounts.models import Business, Member
from accounts.permissions import Action
from common.db import unit_of_work
from common.errors import DomainError, InvalidInput
from expenses.models import Books, Expense, ExpenseState

LONGEST_WORK = timedelta(hours=1)  # that a transaction takes: within it today may become a day that can be closed


class PeriodClosed(DomainError):
    """A day lies in the closed period."""

    code = "period_closed"
    field = "spent_on"


class CannotClose(InvalidInput):
    field = "closed_until"


class StillWaiting(DomainError):
    """What waits for approval could never be approved in a closed period."""

    code = "still_waiting"
    field = "closed_until"


def get_closed_until(business: Business) -> date | None:
    """As it stands now, whatever a long import or task has read when it began."""
    return Business.objects.filter(pk=business.pk).values_list("closed_until", flat=True).first()


def hold_books(business: Business, *days: date) -> None:
    """Until the transaction ends nobody closes a period over these days; where somebody is at it, wait until they are done.

    Days that cannot be closed yet cost nothing. Call it before other rows are locked.
    """
    if any(day < business.local_day(timezone.now() + LONGEST_WORK) for day in days):
        _take_turn(business)


def check_open(business: Business, *days: date, field: str = "spent_on") -> None:
    """Raise PeriodClosed, at `field`, when any of the days lies in the closed period, and keep it open over them if not.

    One query for all of them, and one more where they lie in the past.
    """
    hold_books(business, *days)
    closed_until = get_closed_until(business)
    if closed_until is not None and any(day <= closed_until for day in days):
        raise refusal(closed_until, field=field)


def refusal(closed_until: date, *, field: str = "spent_on") -> PeriodClosed:
    day = f"{closed_until.day} {closed_until:%B %Y}"
    return PeriodClosed(f"The books are closed up to {day}. Choose a later day, or ask an owner to reopen them.", field=field)


@unit_of_work()
def close_books(*, by: Member, until: date, at: datetime, reason: str = "") -> None:
    """Close the books up to a day before today, that day included. An earlier day than before reopens what lies between."""
    by.must(Action.CLOSE_BOOKS)
    _take_turn(by.business)
    if until >= by.business.local_day(at):
        raise CannotClose("Choose a day before today: today's expenses are still coming in.")
    waiting = Expense.objects.for_business(by.business).filter(state=ExpenseState.WAITING, spent_on__lte=until).count()
    if waiting:
        raise StillWaiting(f"{_so_many(waiting)} for approval up to that day. Approve or refuse first, then close.")
    _set(by, until, at, reason)


@unit_of_work()
def reopen_books(*, by: Member, at: datetime, reason: str = "") -> None:
    """No day is closed any more."""
    by.must(Action.CLOSE_BOOKS)
    _set(by, None, at, reason)


def _take_turn(business: Business) -> None:
    if _locked(business):
        return
    try:
        with transaction.atomic():
            Books.objects.create(business=business)
    except IntegrityError:  # somebody else made it, and may hold it
        _locked(business)


def _locked(business: Business) -> bool:
    return bool(list(Books.objects.filter(business=business).select_for_update().order_by("pk")))


def _set(by: Member, until: date | None, at: datetime, reason: str) -> None:
    business, before = by.business, get_closed_until(by.business)
    if until == before:
        return
    Business.objects.filter(pk=business.pk).update(closed_until=until, version=F("version") + 1)
    business.closed_until, business.version = until, business.version + 1
    closes = until is not None and (before is None or until > before)
    trail.record(
        "books closed" if closes else "books reopened",
        business,
        by=by,
        at=at,
        before={"closed_until": before},
        after={"closed_until": until},
        reason=reason,
    )


def _so_many(waiting: int) -> str:
    return "1 expense waits" if waiting == 1 else f"{waiting} expenses wait"
