"""What one expense counts against budgets."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
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


def get_weight(expense: Expense) -> Weight:
    """As it is written now, whatever of it was read before."""
    shares: dict[int, Decimal] = defaultdict(Decimal)
    for category, amount in Split.objects.filter(expense=expense).values_list("category_id", "amount"):
        shares[category] += amount
    tags = frozenset(Tag.objects.filter(expenses=expense).values_list("pk", flat=True))
    return Weight(expense.spent_on, shares, tags, expense.account_id)
