"""What counts against budgets, read once for all of them and all their periods."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts.models import Business
from common.money import ZERO
from expenses.commitments import get_commitments
from expenses.models import Budget, Split
from expenses.moves import get_moved
from expenses.periods import CarryOver, Period
from expenses.positions import Position, Terms, position
from expenses.tree import Tree, get_tree, touches

ByDay = dict[date, Decimal]


class Spending:
    """Spending, commitments and moves by day, for periods of budgets and all before them that carry over."""

    def __init__(self, business: Business, periods: Sequence[tuple[Budget, Period]], tree: Tree | None) -> None:
        self._business = business
        budgets = list({id(budget): budget for budget, _ in periods}.values())
        since = min(budget.starts_on if budget.carry_over != CarryOver.NONE else period.first for budget, period in periods)
        until = max(period.last for _, period in periods)
        self._tree = tree or (get_tree(business) if any(budget.category_id for budget in budgets) else Tree({}))
        self._read(budgets, since, until)
        self._commitments = get_commitments(business, since, until)
        self._moved = get_moved(business, since, until)
        self._seen: dict[int, tuple[Terms, ByDay, ByDay]] = {}

    def position(self, budget: Budget, period: Period) -> Position | None:
        if budget.pk not in self._seen:
            self._seen[budget.pk] = (self._terms(budget), self._by_day(budget), self._committed(budget))
        terms, spent, committed = self._seen[budget.pk]
        return position(terms, period.first, spent, committed)

    def within(self, budget: Budget, period: Period) -> Decimal:
        days = self._by_day(budget)
        return sum((amount for day, amount in days.items() if period.first <= day <= period.last), ZERO)

    def _terms(self, budget: Budget) -> Terms:
        revisions = sorted((revision.from_on, revision.amount) for revision in budget.revisions.all())
        limits = [(date.min, budget.amount), *revisions]
        return Terms(budget.schedule, CarryOver(budget.carry_over), limits, budget.levels, self._moved.get(budget.pk, {}))

    def _by_day(self, budget: Budget) -> ByDay:
        if budget.tag_id:
            return self._sums["expense__tags"].get(budget.tag_id, {})
        if budget.account_id:
            return self._sums["account"].get(budget.account_id, {})
        sums = self._sums["category"]
        within = sums.keys() if budget.category_id is None else self._tree.below(budget.category_id) & sums.keys()
        return _added(sums[category] for category in within)

    def _committed(self, budget: Budget) -> ByDay:
        sums: ByDay = defaultdict(Decimal)
        for each in self._commitments:
            if touches(budget, self._tree.above(each.category_id), each.tag_ids, each.account_id):
                sums[each.on] += each.amount
        return sums

    def _read(self, budgets: Sequence[Budget], since: date, until: date) -> None:
        splits = Split.objects.for_business(self._business).spending().filter(spent_on__range=(since, until)).order_by()
        by_category = [budget for budget in budgets if not budget.tag_id and not budget.account_id]
        if by_category and all(budget.category_id for budget in by_category):
            wanted = set[int]().union(*(self._tree.below(budget.category_id or 0) for budget in by_category))
            in_categories = splits.filter(category__in=wanted)
        else:
            in_categories = splits
        tags = {budget.tag_id for budget in budgets if budget.tag_id}
        accounts = {budget.account_id for budget in budgets if budget.account_id}
        self._sums: Mapping[str, Mapping[int, ByDay]] = {
            "category": self._summed("category", in_categories) if by_category else {},
            "expense__tags": self._summed("expense__tags", splits.filter(expense__tags__in=tags)) if tags else {},
            "account": self._summed("account", splits.filter(account__in=accounts)) if accounts else {},
        }

    def _summed(self, column: str, splits: "QuerySet[Split]") -> Mapping[int, ByDay]:
        sums: dict[int, ByDay] = defaultdict(dict)
        for key, day, total in splits.values_list(column, "spent_on").annotate(Sum("amount")):
            sums[key][day] = self._business.money(total)
        return sums


def _added(parts: Iterable[ByDay]) -> ByDay:
    whole: ByDay = defaultdict(Decimal)
    for part in parts:
        for day, amount in part.items():
            whole[day] += amount
    return whole
