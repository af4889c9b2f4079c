from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.models import Business
from common.money import ZERO
from expenses.commitments import get_commitments
from expenses.models import Account, Budget, Expense, ExpenseCategory, ExpenseKind, Split, Transfer
from expenses.periods import CarryOver, Period
from expenses.positions import Position, Terms, position

ALIKE_WITHIN = timedelta(days=3)
ByDay = dict[date, Decimal]


@dataclass(frozen=True)
class BudgetPosition:
    budget: Budget
    position: Position


@dataclass(frozen=True)
class Tree:
    """The expense categories of a business: id to parent's id."""

    parents: Mapping[int, int | None]

    def above(self, category_id: int) -> set[int]:
        """The category itself and all it lies in."""
        found: set[int] = set()
        step: int | None = category_id
        while step is not None and step not in found:
            found.add(step)
            step = self.parents.get(step)
        return found

    def below(self, category_id: int) -> set[int]:
        """The category itself and all that lie in it."""
        return {each for each in self.parents if category_id in self.above(each)}


def get_tree(business: Business) -> Tree:
    return Tree(dict(ExpenseCategory.objects.for_business(business).values_list("pk", "parent_id")))


def get_budgets(business: Business) -> QuerySet[Budget]:
    """Active budgets with their revisions, ready for `get_positions`."""
    return Budget.objects.for_business(business).active().prefetch_related("revisions").order_by("name")


def get_positions(business: Business, budgets: Iterable[Budget], on: date, *, tree: Tree | None = None) -> list[BudgetPosition]:
    """Where each budget stands in the period that holds `on`; a budget without such a period is left out.

    At most four queries and those of each provider of commitments (three for recurring expenses), whatever the number of
    budgets, expenses and recurring expenses.
    """
    wanted = [(budget, period) for budget in budgets if (period := budget.schedule.holding(on))]
    if not wanted:
        return []
    since = min(budget.starts_on if budget.carry_over != CarryOver.NONE else period.first for budget, period in wanted)
    until = max(period.last for _, period in wanted)
    spending = _Spending(business, [budget for budget, _ in wanted], since, until, tree)
    found = [(budget, position(_terms(budget), on, spending.by_day(budget), spending.committed(budget))) for budget, _ in wanted]
    return [BudgetPosition(budget, where) for budget, where in found if where]


def get_touched(budgets: Iterable[Budget], expense: Expense, tree: Tree) -> list[Budget]:
    """The budgets that an expense, with its splits and tags prefetched, counts against."""
    categories = set[int]().union(*(tree.above(split.category_id) for split in expense.splits.all()))
    tags = {tag.pk for tag in expense.tags.all()}
    return [budget for budget in budgets if _touches(budget, categories, tags, expense.account_id)]


def get_alike(expense: Expense) -> list[Expense]:
    """Others of the same amount within three days: possible duplicates, the same payee first."""
    near = Expense.objects.for_business(expense.business).filter(
        amount=expense.amount,
        kind=expense.kind,
        spent_on__range=(expense.spent_on - ALIKE_WITHIN, expense.spent_on + ALIKE_WITHIN),
    )
    found = near.exclude(pk=expense.pk).select_related("payee").order_by("-spent_on", "-pk")[:20]
    return sorted(found, key=lambda other: (other.payee_id != expense.payee_id, other.note != expense.note))[:5]


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


class _Spending:
    """Spending and commitments by day, read once for all budgets of a kind."""

    def __init__(self, business: Business, budgets: Sequence[Budget], since: date, until: date, tree: Tree | None) -> None:
        self._business = business
        splits = Split.objects.for_business(business).spending().filter(spent_on__range=(since, until)).order_by()
        self._sums: dict[str, dict[int, ByDay]] = {}
        by_category = any(not budget.tag_id and not budget.account_id for budget in budgets)
        self._tree = tree or (get_tree(business) if any(budget.category_id for budget in budgets) else Tree({}))
        self._read("category", splits, by_category)
        tags = {budget.tag_id for budget in budgets if budget.tag_id}
        self._read("expense__tags", splits.filter(expense__tags__in=tags), bool(tags))
        accounts = {budget.account_id for budget in budgets if budget.account_id}
        self._read("account", splits.filter(account__in=accounts), bool(accounts))
        self._commitments = get_commitments(business, since, until)

    def by_day(self, budget: Budget) -> ByDay:
        if budget.tag_id:
            return self._sums["expense__tags"].get(budget.tag_id, {})
        if budget.account_id:
            return self._sums["account"].get(budget.account_id, {})
        sums = self._sums["category"]
        within = sums.keys() if budget.category_id is None else self._tree.below(budget.category_id) & sums.keys()
        return _added(sums[category] for category in within)

    def committed(self, budget: Budget) -> ByDay:
        sums: ByDay = defaultdict(Decimal)
        for each in self._commitments:
            if _touches(budget, self._tree.above(each.category_id), each.tag_ids, each.account_id):
                sums[each.on] += each.amount
        return sums

    def _read(self, column: str, splits: "QuerySet[Split]", wanted: bool) -> None:  # noqa: FBT001
        sums: dict[int, ByDay] = defaultdict(dict)
        if wanted:
            for key, day, total in splits.values_list(column, "spent_on").annotate(Sum("amount")):
                sums[key][day] = self._business.money(total)
        self._sums[column] = sums


def _added(parts: Iterable[ByDay]) -> ByDay:
    whole: ByDay = defaultdict(Decimal)
    for part in parts:
        for day, amount in part.items():
            whole[day] += amount
    return whole


def _terms(budget: Budget) -> Terms:
    revisions = sorted((revision.from_on, revision.amount) for revision in budget.revisions.all())
    return Terms(budget.schedule, CarryOver(budget.carry_over), [(date.min, budget.amount), *revisions], budget.levels)


def _touches(budget: Budget, categories: Set[int], tags: Set[int], account_id: int | None) -> bool:
    if budget.tag_id:
        return budget.tag_id in tags
    if budget.account_id:
        return budget.account_id == account_id
    return budget.category_id is None or budget.category_id in categories


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
    schedule = budget.schedule.until(on)
    if not schedule:
        return []
    since = schedule[0].first if budget.carry_over != CarryOver.NONE else schedule[-periods:][0].first
    spending = _Spending(budget.business, [budget], since, schedule[-1].last, None)
    spent, committed = spending.by_day(budget), spending.committed(budget)
    found = [position(_terms(budget), period.first, spent, committed) for period in schedule[-periods:]]
    return [where for where in reversed(found) if where]
