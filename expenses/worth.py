"""What lies on each account at the end of several days, in as many queries as for two of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Business
from expenses.models import Account, Expense, Transfer
from expenses.queries import get_balances, signed

Move = tuple[date, int, Decimal]  # day, account, what it did to it


def get_balances_at(business: Business, days: Sequence[date]) -> list[dict[int, Decimal]]:
    """For each day, earliest first, the balance of each account: those of `get_balances`. Six queries, however many days."""
    balances = get_balances(business, until=days[0])
    moves = sorted(_moves(business, days[0], days[-1]), reverse=True) if len(days) > 1 else []
    found = []
    for day in days:
        while moves and moves[-1][0] <= day:
            _, account, amount = moves.pop()
            balances[account] += amount
        found.append({account: business.money(balance) for account, balance in balances.items()})
    return found


def _moves(business: Business, after: date, until: date) -> Iterator[Move]:
    """What moved each account on each day after one and up to another, its opening among it."""
    opened = Account.objects.for_business(business).filter(opened_on__gt=after, opened_on__lte=until)
    yield from opened.values_list("opened_on", "pk", "opening_balance")
    posted = Expense.objects.for_business(business).posted().filter(account__isnull=False)
    posted = posted.filter(spent_on__gt=after, spent_on__lte=until).order_by()
    for day, account, kind, total in posted.values_list("spent_on", "account_id", "kind").annotate(Sum("amount")):
        yield day, account, signed(kind, total)
    moved = Transfer.objects.for_business(business).filter(moved_on__gt=after, moved_on__lte=until).order_by()
    for day, source, target, total in moved.values_list("moved_on", "source_id", "target_id").annotate(Sum("amount")):
        yield day, source, -total
        yield day, target, total
