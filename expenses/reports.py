"""What was spent, in the sums that reports are made of: one grouped query each, however many expenses.

Spent is what is posted, a refund taken away. Incomes and transfers are no spending, and what waits counts nowhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from accounts.models import Business
from common.money import ZERO
from expenses.lists import SPENDING, SPENDING_KINDS, Wanted, get_sums
from expenses.models import Expense, ExpenseCategory, ExpenseKind, ExpenseState, Split
from expenses.models.category import STOCK_PURCHASES
from expenses.periods import Period
from expenses.tree import Tree

NONE = ""  # the key of what has no payee or no tag
Pair = tuple[Decimal, Decimal]  # what was spent in a period, and in the one that ends the day before it
NOTHING = ZERO, ZERO


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


def get_spent(business: Business, period: Period, before: Period) -> Pair:
    totals = _splits(business, _whole(period, before)).aggregate(**_sums(period))
    return _pair(business, totals["amount_now"], totals["amount_then"])


def get_branches(business: Business, period: Period, before: Period) -> list[Branch]:
    """The categories in which anything was spent in either period, as a tree, the largest first. Two queries."""
    rows = list(ExpenseCategory.objects.for_business(business).values_list("pk", "parent_id", "name"))
    tree, names = Tree({pk: parent for pk, parent, _ in rows}), {pk: name for pk, _, name in rows}
    own = get_by_category(business, period, before)
    total = _with_all_below(tree, own)
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk in total:
        children[tree.parents[pk]].append(pk)

    def grown(parent: int | None, depth: int) -> Iterator[Branch]:
        for pk in sorted(children[parent], key=lambda pk: (-total[pk][0], -total[pk][1], names[pk], pk)):
            (now, then), (own_now, own_then) = total[pk], own.get(pk, NOTHING)
            yield Branch(pk, names[pk], depth, pk in children, now, own_now, then, own_then)
            yield from grown(pk, depth + 1)

    return list(grown(None, 0))


def get_by_category(business: Business, period: Period, before: Period) -> dict[int, Pair]:
    """By the id of the category that a share lies directly in."""
    rows = _splits(business, _whole(period, before)).values_list("category_id").annotate(**_sums(period))
    return {category: _pair(business, now, then) for category, now, then in rows}


def get_by_payee(business: Business, period: Period, before: Period) -> dict[str, Pair]:
    """By name; what has no payee under NONE."""
    return _by_name(business, "payee__name", period, before)


def get_by_tag(business: Business, period: Period, before: Period) -> dict[str, Pair]:
    """By name; what has no tag under NONE. What has several counts at each: the sums are more than what was spent."""
    return _by_name(business, "tags__name", period, before)


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


def _posted(business: Business, period: Period) -> QuerySet[Expense]:
    return Expense.objects.for_business(business).posted().filter(spent_on__range=(period.first, period.last)).order_by()


def _by_name(business: Business, name: str, period: Period, before: Period) -> dict[str, Pair]:
    sums: dict[str, Pair] = defaultdict(lambda: NOTHING)
    rows = _posted(business, _whole(period, before)).filter(kind__in=SPENDING_KINDS)
    for key, kind, now, then in rows.values_list(name, "kind").annotate(**_sums(period)):
        sign = 1 if kind == ExpenseKind.EXPENSE else -1
        sums[key or NONE] = _added(sums[key or NONE], (sign * (now or ZERO), sign * (then or ZERO)))
    return {key: _pair(business, *amounts) for key, amounts in sums.items()}


def _whole(period: Period, before: Period) -> Period:
    return Period(before.first, period.last)


def _sums(period: Period) -> dict[str, Sum]:
    return {
        "amount_now": Sum("amount", filter=Q(spent_on__gte=period.first)),
        "amount_then": Sum("amount", filter=Q(spent_on__lt=period.first)),
    }


def _pair(business: Business, now: Decimal | None, then: Decimal | None) -> Pair:
    return business.money(now or ZERO), business.money(then or ZERO)


def _added(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]


def _with_all_below(tree: Tree, own: Mapping[int, Pair]) -> dict[int, Pair]:
    totals: dict[int, Pair] = defaultdict(lambda: NOTHING)
    for pk, amounts in own.items():
        for above in tree.above(pk):
            totals[above] = _added(totals[above], amounts)
    return dict(totals)
