"""The budgets that an expense counts against, and what each says to it."""

from collections.abc import Sequence
from datetime import date, datetime

from accounts.models import Member
from accounts.permissions import Role
from common import money
from expenses.models import Budget, Expense
from expenses.models.budget import Mode
from expenses.queries import BudgetPosition, get_budgets, get_touched, get_tree
from expenses.services.record.entry import ConfirmOverBudget, OverBudget
from expenses.services.watch import check_budgets


def heed_modes(positions: Sequence[BudgetPosition], by: Member, *, confirmed: bool) -> None:
    over = [each for each in positions if each.position.left < 0]
    for each in over:
        excess = f"{money.symbol(by.business.currency)}{by.business.money(-each.position.left):,}"
        sentence = f"This takes {each.budget.name} {excess} over its limit."
        if each.budget.mode == Mode.STOP and Role(by.role).rank < Role.MANAGER.rank:
            raise OverBudget(sentence)
        if each.budget.mode != Mode.TELL and not confirmed:
            raise ConfirmOverBudget(f"{sentence} Confirm to record it all the same.")


def touched(expense: Expense) -> list[Budget]:
    if expense.sign == 0:
        return []
    return get_touched(get_budgets(expense.business), expense, get_tree(expense.business))


def recheck(budgets: Sequence[Budget], on: date, by: Member, at: datetime) -> None:
    if budgets:
        check_budgets(business=by.business, budgets=budgets, on=on, at=at)
