from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from accounts.models import Business
from expenses.models import Budget, ExpenseCategory


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

    def below(self, category_id: int) -> Set[int]:
        """The category itself and all that lie in it."""
        return self._below.get(category_id, frozenset())

    @cached_property
    def _below(self) -> Mapping[int, Set[int]]:
        below: dict[int, set[int]] = defaultdict(set)
        for each in self.parents:
            for one in self.above(each):
                below[one].add(each)
        return below


def get_tree(business: Business) -> Tree:
    return Tree(dict(ExpenseCategory.objects.for_business(business).values_list("pk", "parent_id")))


def touches(budget: Budget, categories: Set[int], tags: Set[int], account_id: int | None) -> bool:
    """Does what lies in these categories, with these tags, from this account, count against a budget?"""
    if budget.tag_id:
        return budget.tag_id in tags
    if budget.account_id:
        return budget.account_id == account_id
    return budget.category_id is None or budget.category_id in categories
