"""What was spent, in the sums that reports are made of: one grouped query each, however many expenses.

Spent is what is posted, a refund taken away. Incomes and transfers are no spending, and what waits counts nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts.models import Business
from common.money import ZERO
from expenses.lists import SPENDING, SPENDING_KINDS, Wanted, get_sums
from expenses.models import Expense, ExpenseCategory, ExpenseKind, ExpenseState, Split
from expenses.models.category import STOCK_PURCHASES
from expenses.periods import Period
from expenses.tree import Tree

NONE = ""  # the key of what has no payee or no tag


@dataclass(frozen=True)
class Branch:
    """A category: what it and all below it cost in a period and in the one before, and what lies directly in it."""

    pk: int
    name: str
    depth: int
    has_branches: bool
    total: Decimal
    own: Decimal
    before: Decimal
    own_before: Decimal


def get_spent(business: Business, period: Period) -> Decimal:
    total = _splits(business, period).aggregate(total=Sum("amount"))["total"]
    return business.money(total or ZERO)


def get_branches(business: Business, period: Period, before: Period) -> list[Branch]:
    """The categories in which anything was spent in either period, as a tree, the largest first. Three queries."""
    rows = list(ExpenseCategory.objects.for_business(business).values_list("pk", "parent_id", "name"))
    tree, names = Tree({pk: parent for pk, parent, _ in rows}), {pk: name for pk, _, name in rows}
    own, own_before = get_by_category(business, period), get_by_category(business, before)
    total, total_before = _with_all_below(tree, own), _with_all_below(tree, own_before)
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk in total.keys() | total_before.keys():
        children[tree.parents[pk]].append(pk)

    def grown(parent: int | None, depth: int) -> Iterator[Branch]:
        by_size = sorted(children[parent], key=lambda pk: (-total[pk], -total_before[pk], names[pk], pk))
        for pk in by_size:
            amounts = total[pk], own.get(pk, ZERO), total_before[pk], own_before.get(pk, ZERO)
            yield Branch(pk, names[pk], depth, pk in children, *amounts)
            yield from grown(pk, depth + 1)

    return list(grown(None, 0))


def get_by_category(business: Business, period: Period) -> dict[int, Decimal]:
    """By the id of the category that a share lies directly in."""
    sums = _splits(business, period).values_list("category_id").annotate(Sum("amount"))
    return {category: business.money(total) for category, total in sums}


def get_by_payee(business: Business, period: Period) -> dict[str, Decimal]:
    """By name; what has no payee under NONE."""
    return _by_kind(business, _spending(business, period), "payee__name")


def get_by_tag(business: Business, period: Period) -> dict[str, Decimal]:
    """By name; what has no tag under NONE. What has several counts at each: the sums are more than what was spent."""
    return _by_kind(business, _spending(business, period), "tags__name")


def get_by_day(business: Business, period: Period) -> dict[date, Decimal]:
    sums = _splits(business, period).values_list("spent_on").annotate(Sum("amount"))
    return {day: business.money(total) for day, total in sums}


def get_by_month(business: Business, period: Period) -> dict[date, Decimal]:
    """By the first day of the month; of a month that the period cuts, only the days within."""
    return _by_month(get_by_day(business, period))


def get_earned_by_month(business: Business, period: Period) -> dict[date, Decimal]:
    sums = _posted(business, period).filter(kind=ExpenseKind.INCOME).values_list("spent_on").annotate(Sum("amount"))
    return _by_month({day: business.money(total) for day, total in sums})


def get_stock_category(business: Business) -> int | None:
    """Where what is bought to be sold is filed, by the name that a shop is born with; none in a personal book."""
    named = ExpenseCategory.objects.for_business(business).filter(name=STOCK_PURCHASES, parent_key=0)
    return named.values_list("pk", flat=True).first() if business.is_shop else None


def get_tax(business: Business, period: Period, *, outside: int | None) -> Decimal:
    """The input tax in what was spent, but for what has a share in a category or below it."""
    wanted = Wanted(period.first, period.last, kind=SPENDING, state=ExpenseState.POSTED, outside=outside)
    return get_sums(business, wanted).tax


def _by_month(days: Mapping[date, Decimal]) -> dict[date, Decimal]:
    months: dict[date, Decimal] = defaultdict(Decimal)
    for day, amount in days.items():
        months[day.replace(day=1)] += amount
    return dict(months)


def _splits(business: Business, period: Period) -> QuerySet[Split]:
    rows = Split.objects.for_business(business).spending()
    return rows.filter(spent_on__range=(period.first, period.last)).order_by()


def _spending(business: Business, period: Period) -> QuerySet[Expense]:
    return _posted(business, period).filter(kind__in=SPENDING_KINDS)


def _posted(business: Business, period: Period) -> QuerySet[Expense]:
    return Expense.objects.for_business(business).posted().filter(spent_on__range=(period.first, period.last)).order_by()


def _by_kind(business: Business, rows: QuerySet[Expense], name: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    grouped: Iterable[tuple[str | None, str, Decimal]] = rows.values_list(name, "kind").annotate(Sum("amount"))
    for key, kind, total in grouped:
        sums[key or NONE] += total if kind == ExpenseKind.EXPENSE else -total
    return {key: business.money(total) for key, total in sums.items()}


def _with_all_below(tree: Tree, own: Mapping[int, Decimal]) -> defaultdict[int, Decimal]:
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for pk, amount in own.items():
        for above in tree.above(pk):
            totals[above] += amount
    return totals
