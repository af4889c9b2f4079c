from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.models import Business
from common.money import ZERO
from expenses.models import Account, Budget, Expense, ExpenseKind, Split, Transfer
from expenses.models.budget import BudgetQuerySet
from expenses.periods import Period, merged
from expenses.positions import Position, within
from expenses.spending import Spending, Spent
from expenses.tree import Tree as Tree
from expenses.tree import get_tree as get_tree
from expenses.tree import touches

ALIKE_WITHIN = timedelta(days=3)
ALIKE_BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class BudgetPosition:
    budget: Budget
    position: Position


def get_budgets(business: Business) -> BudgetQuerySet:
    """Active budgets with their revisions, ready for `get_positions`."""
    return get_all_budgets(business).active()


def get_all_budgets(business: Business) -> BudgetQuerySet:
    return Budget.objects.for_business(business).with_revisions().order_by("name")


def get_positions(business: Business, budgets: Iterable[Budget], on: date, *, tree: Tree | None = None) -> list[BudgetPosition]:
    """Where each budget stands in the period that holds `on`; a budget without such a period is left out.

    At most seven queries and those of each provider of commitments (four for recurring expenses, two for orders), whatever the
    number of budgets, expenses, recurring expenses and orders.
    """
    return get_positions_on(business, [(budget, on) for budget in budgets], tree=tree)


def get_positions_on(
    business: Business, wanted: Iterable[tuple[Budget, date]], *, tree: Tree | None = None
) -> list[BudgetPosition]:
    """The same for several days of each budget; days in the same period give it once."""
    asked = {(budget.pk, period): budget for budget, day in wanted if (period := budget.schedule.holding(day))}
    if not asked:
        return []
    periods = [(budget, period) for (_, period), budget in asked.items()]
    spending = Spending(business, periods, tree)
    found = [(budget, spending.position(budget, period)) for budget, period in periods]
    return [BudgetPosition(budget, where) for budget, where in found if where]


def get_touched(budgets: Iterable[Budget], expense: Expense, tree: Tree) -> list[Budget]:
    """The budgets that an expense, with its splits and tags prefetched, counts against."""
    categories = set[int]().union(*(tree.above(split.category_id) for split in expense.splits.all()))
    tags = {tag.pk for tag in expense.tags.all()}
    return [budget for budget in budgets if touches(budget, categories, tags, expense.account_id)]


def get_alike(expense: Expense) -> list[Expense]:
    """Others of the same amount within three days: possible duplicates, the same payee first."""
    near = Expense.objects.for_business(expense.business).filter(
        amount=expense.amount,
        kind=expense.kind,
        spent_on__range=(expense.spent_on - ALIKE_WITHIN, expense.spent_on + ALIKE_WITHIN),
    )
    found = near.exclude(pk=expense.pk).select_related("payee").order_by("-spent_on", "-pk")[:20]
    return sorted(found, key=lambda other: (other.payee_id != expense.payee_id, other.note != expense.note))[:5]


def get_twins(*, business: Business, first: date, last: date) -> list[tuple[Expense, Expense]]:
    """Expenses of these days with another of the same payee and amount within three days before: entered twice, perhaps.

    What comes at the same price again and again is none: it may have come in the last three months only as these two. One query.
    """
    rows = Expense.objects.for_business(business).filter(kind=ExpenseKind.EXPENSE, payee__isnull=False)
    rows = rows.filter(spent_on__range=(first - ALIKE_BEFORE, last)).select_related("payee").order_by("spent_on", "pk")
    alike: dict[tuple[int | None, Decimal], list[Expense]] = defaultdict(list)
    for expense in rows:
        alike[expense.payee_id, expense.amount].append(expense)
    pairs = [(found[0], found[1]) for found in alike.values() if len(found) == 2]
    return [(one, two) for one, two in pairs if two.spent_on >= first and two.spent_on - one.spent_on <= ALIKE_WITHIN]


def get_balances(business: Business, *, until: date | None = None) -> dict[int, Decimal]:
    """Each account's balance at the end of a day: opening + incomes + refunds − expenses ± transfers, in three queries.

    An opening balance is there from the day it was opened on. Without a day all counts that is posted.
    """
    accounts = Account.objects.for_business(business).values_list("pk", "opening_balance", "opened_on")
    balances = {pk: opening if until is None or opened_on <= until else ZERO for pk, opening, opened_on in accounts}
    posted = Expense.objects.for_business(business).posted().filter(account__isnull=False)
    moved = Transfer.objects.for_business(business)
    if until is not None:
        posted, moved = posted.filter(spent_on__lte=until), moved.filter(moved_on__lte=until)
    for account, kind, total in posted.order_by().values_list("account_id", "kind").annotate(Sum("amount")):
        balances[account] += signed(kind, total)
    for source, target, total in moved.order_by().values_list("source_id", "target_id").annotate(Sum("amount")):
        balances[source] -= total
        balances[target] += total
    return {account: business.money(balance) for account, balance in balances.items()}


def get_net_worth(business: Business, on: date) -> Decimal:
    """What lies on all accounts together at the end of a day, closed ones included."""
    return sum(get_balances(business, until=on).values(), ZERO)


def signed(kind: str, amount: Decimal) -> Decimal:
    """What an expense, refund or income does to its account."""
    return -amount if kind == ExpenseKind.EXPENSE else amount


def get_expenses_of(budget: Budget, period: Period) -> QuerySet[Expense]:
    """The expenses that a period of a budget is made of."""
    splits = Split.objects.spending().filter(expense=OuterRef("pk"), spent_on__range=(period.first, period.last))
    if budget.category_id:
        splits = splits.filter(category__in=get_tree(budget.business).below(budget.category_id))
    if budget.account_id:
        splits = splits.filter(account=budget.account_id)
    rows = Expense.objects.for_business(budget.business).filter(Exists(splits), spent_on__range=(period.first, period.last))
    if budget.tag_id:
        rows = rows.filter(tags=budget.tag_id)
    return rows.select_related("payee", "account").prefetch_related("splits__category", "tags")


def get_history(budget: Budget, on: date, *, periods: int = 12) -> list[Position]:
    """The positions of the periods up to the one that holds `on`, the newest first, in the same few queries."""
    days = [(budget, period.first) for period in budget.schedule.until(on)[-periods:]]
    return [each.position for each in reversed(get_positions_on(budget.business, days))]


def get_spent(budget: Budget, periods: Sequence[Period]) -> list[Decimal]:
    """What would have counted against a budget, saved or not, in each of some periods."""
    return within(Spent(budget.business, [budget], merged(periods)).by_day(budget), periods)
