"""What recurring expenses ask for: days that nobody has dealt with yet, and those that wait for an amount."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from django.db.models import F, Q

from accounts.models import Business
from common.periods import local_day
from expenses.commitments import Commitment, commits
from expenses.models import ExpenseKind, Occurrence, OccurrenceState, RecurringExpense
from expenses.patterns import in_words
from expenses.periods import LAST_DAY
from expenses.recurrence import Recurrence

HORIZON = timedelta(days=5 * 366)  # what lies further ahead is not a commitment but a guess
DAY = timedelta(days=1)
NEXT = 3
NEXT_WITHIN = timedelta(days=2 * 366)
EASTERNMOST = timezone(timedelta(hours=14))


@dataclass(frozen=True)
class Pending:
    """One day of a recurring expense that is not posted and not skipped."""

    recurring: RecurringExpense
    on: date
    is_due: bool  # it waits for somebody to say an amount

    @property
    def amount(self) -> Decimal:
        return self.recurring.amount


def get_pending(business: Business, since: date, until: date) -> list[Pending]:
    """All that waits or falls due from a day to a day, both included, earliest first. Four queries, whatever their number."""
    rows = RecurringExpense.objects.for_business(business).select_related("category", "payee", "account")
    found = {each.pk: each for each in rows.prefetch_related("tags").order_by("name")}
    if not found:
        return []
    due = Occurrence.objects.filter(recurring__business=business, state=OccurrenceState.DUE, due_on__range=(since, until))
    days = due.order_by().values_list("recurring_id", "due_on")
    pending = [Pending(found[pk], on, is_due=True) for pk, on in days if pk in found]
    known = get_dealt_with(business)
    for pk, recurring in found.items():
        pending += [Pending(recurring, day, is_due=False) for day in undone(recurring, since, until, known[pk])]
    return sorted(pending, key=lambda each: (each.on, each.recurring.name, each.recurring.pk))


def get_businesses_behind(at: datetime) -> list[int]:
    """The businesses in which a day has begun that recurring expenses have yet to be brought up to."""
    latest = at.astimezone(EASTERNMOST).date()
    rows = (
        RecurringExpense.objects.behind(latest)
        .order_by()
        .values_list("business_id", "business__timezone", "starts_on", "handled_until")
    )
    found = set()
    for pk, zone, starts_on, handled_until in rows.distinct():
        today = local_day(at, zone)
        if starts_on <= today and (handled_until is None or handled_until < today):
            found.add(pk)
    return sorted(found)


def get_dealt_with(business: Business) -> Mapping[int, Set[date]]:
    """By recurring expense, the days that are dealt with although no run has come to them: skipped, or posted ahead of time."""
    ahead = Q(recurring__handled_until=None) | Q(due_on__gt=F("recurring__handled_until"))
    rows = Occurrence.objects.filter(ahead, recurring__business=business).order_by().values_list("recurring_id", "due_on")
    found: dict[int, set[date]] = defaultdict(set)
    for pk, on in rows:
        found[pk].add(on)
    return found


def undone(recurring: RecurringExpense, since: date, until: date, known: Set[date] = frozenset()) -> list[date]:
    """Its days in a span that no run has come to yet, but those that are known to be dealt with."""
    if not recurring.is_active:
        return []
    handled = recurring.handled_until
    first = max(since, handled + DAY) if handled else since
    limit = (handled or recurring.starts_on) + HORIZON
    days = Recurrence(recurring.rule, recurring.starts_on, recurring.ends_on).between(first, min(until, limit))
    return [day for day in days if day not in known]


@dataclass(frozen=True)
class Row:
    """A recurring expense, its rule in words and its next days."""

    recurring: RecurringExpense
    words: str
    days: Sequence[date]

    @property
    def next_on(self) -> date | None:
        return self.days[0] if self.days else None


def get_recurring(business: Business, today: date) -> list[Row]:
    """All that recurs, what rests at the end, in three queries."""
    rows = RecurringExpense.objects.for_business(business).select_related("category", "payee", "account").prefetch_related("tags")
    known = get_dealt_with(business)
    return [row_of(each, today, known[each.pk]) for each in rows.order_by("-is_active", "name")]


def row_of(recurring: RecurringExpense, today: date, known: Set[date]) -> Row:
    days = undone(recurring, recurring.starts_on, max(today, recurring.starts_on) + NEXT_WITHIN, known)[:NEXT]
    return Row(recurring, in_words(recurring.rule, recurring.starts_on), days)


def with_days(business: Business, rows: Iterable[RecurringExpense], today: date) -> None:
    """Hang on each row the days that wait (`due`) and the next ones (`upcoming`), in two queries for all."""
    due: dict[int, list[date]] = defaultdict(list)
    waiting = Occurrence.objects.filter(recurring__business=business, state=OccurrenceState.DUE).order_by("due_on")
    for pk, on in waiting.values_list("recurring_id", "due_on"):
        due[pk].append(on)
    known = get_dealt_with(business)
    for each in rows:
        each.due = due[each.pk]  # type: ignore[attr-defined]
        each.upcoming = row_of(each, today, known[each.pk]).days  # type: ignore[attr-defined]


def get_next_day(recurring: RecurringExpense) -> date | None:
    """The earliest day that waits, else the next one ahead."""
    due = recurring.occurrences.filter(state=OccurrenceState.DUE).order_by("due_on").values_list("due_on", flat=True).first()
    known = get_dealt_with(recurring.business)[recurring.pk]
    return due or next(iter(undone(recurring, recurring.starts_on, LAST_DAY, known)), None)


@commits
def recurring_commitments(business: Business, since: date, until: date) -> Iterator[Commitment]:
    """Upcoming recurring expenses, and those due that wait for their amount. Incomes and refunds are no commitment."""
    for each in get_pending(business, since, until):
        recurring = each.recurring
        if recurring.kind == ExpenseKind.EXPENSE:
            tags = frozenset(tag.pk for tag in recurring.tags.all())
            yield Commitment(each.on, business.money(each.amount), recurring.category_id, recurring.account_id, tags)
