"""What recurring expenses ask for: days that nobody has dealt with yet, and those that wait for an amount."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q

from accounts.models import Business
from expenses.commitments import Commitment, commits
from expenses.models import ExpenseKind, Occurrence, OccurrenceState, RecurringExpense
from expenses.recurrence import Recurrence

HORIZON = timedelta(days=5 * 366)  # what lies further ahead is not a commitment but a guess
DAY = timedelta(days=1)


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
    """All that waits or falls due from a day to a day, both included, earliest first. Three queries, whatever their number."""
    rows = RecurringExpense.objects.for_business(business).select_related("category", "payee", "account")
    found = {each.pk: each for each in rows.prefetch_related("tags").order_by("name")}
    if not found:
        return []
    dealt_with, pending = defaultdict(set), []
    ahead_of_time = Q(recurring__handled_until=None) | Q(due_on__gt=F("recurring__handled_until"))
    days = Occurrence.objects.filter(recurring__business=business, due_on__range=(since, until))
    days = days.filter(Q(state=OccurrenceState.DUE) | ahead_of_time)
    for pk, on, state in days.order_by().values_list("recurring_id", "due_on", "state"):
        dealt_with[pk].add(on)
        if state == OccurrenceState.DUE:
            pending.append(Pending(found[pk], on, is_due=True))
    for pk, recurring in found.items():
        ahead = undone(recurring, since, until)
        pending += [Pending(recurring, day, is_due=False) for day in ahead if day not in dealt_with[pk]]
    return sorted(pending, key=lambda each: (each.on, each.recurring.name, each.recurring.pk))


def undone(recurring: RecurringExpense, since: date, until: date) -> list[date]:
    """Its days in a span that no run has come to yet. Some may be skipped, or posted ahead of time."""
    if not recurring.is_active:
        return []
    handled = recurring.handled_until
    first = max(since, handled + DAY) if handled else since
    limit = (handled or recurring.starts_on) + HORIZON
    return Recurrence(recurring.rule, recurring.starts_on, recurring.ends_on).between(first, min(until, limit))


@commits
def recurring_commitments(business: Business, since: date, until: date) -> Iterator[Commitment]:
    """Upcoming recurring expenses, and those due that wait for their amount. Incomes and refunds are no commitment."""
    for each in get_pending(business, since, until):
        recurring = each.recurring
        if recurring.kind == ExpenseKind.EXPENSE:
            tags = frozenset(tag.pk for tag in recurring.tags.all())
            yield Commitment(each.on, business.money(each.amount), recurring.category_id, recurring.account_id, tags)
