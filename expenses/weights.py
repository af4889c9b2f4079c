"""What one expense counts against budgets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from common.money import ZERO
from expenses.models import Budget, Expense, Split, Tag
from expenses.queries import BudgetPosition, Tree


@dataclass(frozen=True)
class Weight:
    """An expense as budgets see it: its shares by category, signed as spending, its tags and its account."""

    on: date
    shares: Mapping[int, Decimal]
    tags: frozenset[int]
    account: int | None

    def touches(self, budget: Budget, tree: Tree) -> bool:
        if budget.tag_id:
            return budget.tag_id in self.tags
        if budget.account_id:
            return budget.account_id == self.account
        return budget.category_id is None or any(budget.category_id in tree.above(category) for category in self.shares)

    def against(self, each: BudgetPosition, tree: Tree) -> Decimal:
        """How much of it is spent in the period of a budget."""
        period = each.position.period
        if not period.first <= self.on <= period.last or not self.touches(each.budget, tree):
            return ZERO
        within = tree.below(each.budget.category_id) if each.budget.category_id else self.shares.keys()
        return sum((amount for category, amount in self.shares.items() if category in within), ZERO)

    def added_to(self, each: BudgetPosition, tree: Tree) -> BudgetPosition:
        """A position that does not count the expense, as if it did."""
        spent = each.position.spent + self.against(each, tree)
        return replace(each, position=replace(each.position, spent=spent))


def get_weight(expense: Expense) -> Weight:
    """As it is written now, whatever of it was read before."""
    splits = Split.objects.filter(expense=expense).values_list("category_id", "amount")
    tags = Tag.objects.filter(expenses=expense).values_list("pk", flat=True)
    return _weight(expense, splits, tags)


def weight_as_read(expense: Expense) -> Weight:
    """Of an expense with its splits and tags prefetched: no query."""
    splits = [(split.category_id, split.amount) for split in expense.splits.all()]
    return _weight(expense, splits, [tag.pk for tag in expense.tags.all()])


def _weight(expense: Expense, splits: Iterable[tuple[int, Decimal]], tags: Iterable[int]) -> Weight:
    shares: dict[int, Decimal] = defaultdict(Decimal)
    for category, amount in splits:
        shares[category] += amount
    return Weight(expense.spent_on, shares, frozenset(tags), expense.account_id)
