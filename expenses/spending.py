"""What counts against budgets, read once for all of them and all their periods."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from accounts.models import Business
from expenses.closed import get_closed
from expenses.commitments import get_commitments
from expenses.models import Budget, Split
from expenses.moves import get_moved
from expenses.periods import CarryOver, Period, merged
from expenses.positions import Position, Terms, position
from expenses.tree import Tree, get_tree, touches

ByDay = dict[date, Decimal]
MOST_SPANS = 12


class Spent:
    """What was spent by day within some spans, and counts against budgets. At most three queries and the tree's."""

    def __init__(self, business: Business, budgets: Sequence[Budget], spans: Sequence[Period], tree: Tree | None = None) -> None:
        self._business = business
        self.tree = tree or (get_tree(business) if any(budget.category_id for budget in budgets) else Tree({}))
        splits = Split.objects.for_business(business).spending().filter(_within(spans)).order_by()
        by_category = [budget for budget in budgets if not budget.tag_id and not budget.account_id]
        in_categories = splits
        if all(budget.category_id for budget in by_category):
            wanted = set[int]().union(*(self.tree.below(budget.category_id or 0) for budget in by_category))
            in_categories = splits.filter(category__in=wanted)
        tags = {budget.tag_id for budget in budgets if budget.tag_id}
        accounts = {budget.account_id for budget in budgets if budget.account_id}
        self._sums: Mapping[str, Mapping[int, ByDay]] = {
            "category": self._summed("category", in_categories) if by_category else {},
            "expense__tags": self._summed("expense__tags", splits.filter(expense__tags__in=tags)) if tags else {},
            "account": self._summed("account", splits.filter(account__in=accounts)) if accounts else {},
        }

    def by_day(self, budget: Budget) -> ByDay:
        if budget.tag_id:
            return self._sums["expense__tags"].get(budget.tag_id, {})
        if budget.account_id:
            return self._sums["account"].get(budget.account_id, {})
        sums = self._sums["category"]
        within = sums.keys() if budget.category_id is None else self.tree.below(budget.category_id) & sums.keys()
        return _added(sums[category] for category in within)

    def _summed(self, column: str, splits: "QuerySet[Split]") -> Mapping[int, ByDay]:
        sums: dict[int, ByDay] = defaultdict(dict)
        for key, day, total in splits.values_list(column, "spent_on").annotate(Sum("amount")):
            sums[key][day] = self._business.money(total)
        return sums


class Spending:
    """Spending, commitments and moves by day, for periods of budgets and all before them that carry over.

    Of ended periods that `ClosedPeriods` knows, no day is read.
    """

    def __init__(self, business: Business, periods: Sequence[tuple[Budget, Period]], tree: Tree | None) -> None:
        budgets = list({id(budget): budget for budget, _ in periods}.values())
        since = min(budget.starts_on if budget.carry_over != CarryOver.NONE else period.first for budget, period in periods)
        until = max(period.last for _, period in periods)
        self._closed = get_closed(budgets)
        self._spent = Spent(business, budgets, self._unknown(periods), tree)
        self._commitments = get_commitments(business, since, until)
        self._moved = get_moved(business, since, until)
        self._seen: dict[int, tuple[Terms, ByDay, ByDay]] = {}

    def position(self, budget: Budget, period: Period) -> Position | None:
        if budget.pk not in self._seen:
            self._seen[budget.pk] = (self._terms(budget), self._spent.by_day(budget), self._committed(budget))
        terms, spent, committed = self._seen[budget.pk]
        return position(terms, period.first, spent, committed, closed=self._closed.get(budget.pk))

    def _unknown(self, periods: Sequence[tuple[Budget, Period]]) -> list[Period]:
        """What must be read, as spans without overlap, the earliest first."""
        spans: set[Period] = set()
        for budget, period in periods:
            known = self._closed.get(budget.pk, {})
            needed = budget.schedule.until(period.first) if budget.carry_over != CarryOver.NONE else [period]
            spans |= {each for each in needed if each.first not in known}
        return merged(spans)

    def _terms(self, budget: Budget) -> Terms:
        revisions = sorted((revision.from_on, revision.amount) for revision in budget.revisions.all())
        limits = [(date.min, budget.amount), *revisions]
        return Terms(budget.schedule, CarryOver(budget.carry_over), limits, budget.levels, self._moved.get(budget.pk, {}))

    def _committed(self, budget: Budget) -> ByDay:
        sums: ByDay = defaultdict(Decimal)
        for each in self._commitments:
            if touches(budget, self._spent.tree.above(each.category_id), each.tag_ids, each.account_id):
                sums[each.on] += each.amount
        return sums


def _added(parts: Iterable[ByDay]) -> ByDay:
    whole: ByDay = defaultdict(Decimal)
    for part in parts:
        for day, amount in part.items():
            whole[day] += amount
    return whole


def _within(spans: Sequence[Period]) -> Q:
    """Any of a few spans; of many, all days from the first to the last, which costs time but no truth."""
    if not spans:
        return Q(pk__in=[])
    if len(spans) > MOST_SPANS:
        spans = [Period(spans[0].first, spans[-1].last)]
    days = Q()
    for span in spans:
        days |= Q(spent_on__range=(span.first, span.last))
    return days
