"""What recurs, laid out in time: the weeks ahead with what they cost, and a month as a calendar."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from accounts.models import Business
from common.money import ZERO
from expenses.models import Expense, ExpenseKind, Occurrence, OccurrenceState, RecurringExpense
from expenses.periods import FIRST_DAY
from expenses.upcoming import HORIZON, Pending, get_pending

LONGEST_WAIT = timedelta(days=5 * 366)
WEEKS = Calendar()  # from Monday


@dataclass(frozen=True)
class Week:
    """`total` is what goes out less what comes in, `running` the same from the first week on."""

    first: date
    items: Sequence[Pending]
    total: Decimal
    running: Decimal


@dataclass(frozen=True)
class Agenda:
    """What waits for somebody, and the weeks up to a day."""

    waiting: Sequence[Pending]
    weeks: Sequence[Week]
    until: date

    @property
    def total(self) -> Decimal:
        return self.weeks[-1].running if self.weeks else ZERO


@dataclass(frozen=True)
class Mark:
    """One day of a recurring expense in the calendar. `expense` is there once it is posted."""

    recurring: RecurringExpense
    state: str
    amount: Decimal
    expense: Expense | None = None


@dataclass(frozen=True)
class CalendarDay:
    on: date
    is_of_month: bool
    marks: Sequence[Mark]


def get_agenda(business: Business, today: date, days: int) -> Agenda:
    until = today + timedelta(days=days)
    pending = get_pending(business, today - LONGEST_WAIT, until)
    ahead = [each for each in pending if not each.is_due]
    return Agenda([each for each in pending if each.is_due], _weeks(ahead), until)


def get_month(business: Business, first: date) -> list[list[CalendarDay]]:
    """The weeks that a month lies in, Monday first; only its own days have marks."""
    weeks = WEEKS.monthdatescalendar(first.year, first.month)
    marks = _marks(business, first, max(day for day in weeks[-1] if day.month == first.month))
    return [[CalendarDay(day, day.month == first.month, marks[day]) for day in week] for week in weeks]


def can_show(month: date, today: date) -> bool:
    """A calendar goes no further than rules are looked ahead."""
    return FIRST_DAY <= month <= today + HORIZON


def outgo(recurring: RecurringExpense, amount: Decimal) -> Decimal:
    """As it leaves: an income and a refund come in."""
    return amount if recurring.kind == ExpenseKind.EXPENSE else -amount


def _weeks(pending: Sequence[Pending]) -> list[Week]:
    weeks, running = [], ZERO
    for first, group in groupby(pending, key=lambda each: each.on - timedelta(days=each.on.weekday())):
        items = list(group)
        total = sum((outgo(each.recurring, each.amount) for each in items), ZERO)
        running += total
        weeks.append(Week(first, items, total, running))
    return weeks


def _marks(business: Business, first: date, last: date) -> dict[date, list[Mark]]:
    marks: dict[date, list[Mark]] = defaultdict(list)
    for each in get_pending(business, first, last):
        marks[each.on].append(Mark(each.recurring, "due" if each.is_due else "ahead", each.amount))
    rows = Occurrence.objects.filter(recurring__business=business, due_on__range=(first, last)).exclude(state=OccurrenceState.DUE)
    for row in rows.select_related("recurring", "expense").order_by("recurring__name"):
        amount = row.expense.amount if row.expense else row.recurring.amount
        marks[row.due_on].append(Mark(row.recurring, row.state, amount, row.expense))
    return marks
