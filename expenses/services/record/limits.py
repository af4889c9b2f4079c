"""The budgets that an expense counts against, and what each says to it."""

from collections.abc import Sequence
from datetime import date, datetime

from accounts.models import Member
from accounts.permissions import Role
from common import money
from expenses.models import Budget, Expense, ExpenseState
from expenses.models.budget import Mode
from expenses.queries import BudgetPosition, get_budgets, get_tree
from expenses.services.record.entry import ConfirmOverBudget, OverBudget
from expenses.services.watch import check_budgets
from expenses.weights import Weight, get_weight


def answer_of(each: BudgetPosition, by: Member) -> Mode:
    """What a budget does when a member takes more of it: where it stops, a manager is asked. One that is not over only tells."""
    mode = Mode(each.budget.mode) if each.position.left < 0 else Mode.TELL
    return Mode.ASK if mode == Mode.STOP and Role(by.role).rank >= Role.MANAGER.rank else mode


def heed_modes(positions: Sequence[BudgetPosition], by: Member, *, confirmed: bool) -> None:
    for each in positions:
        answer = answer_of(each, by)
        excess = f"{money.symbol(by.business.currency)}{by.business.money(-each.position.left):,}"
        sentence = f"This takes {each.budget.name} {excess} over its limit."
        if answer == Mode.STOP:
            raise OverBudget(sentence)
        if answer == Mode.ASK and not confirmed:
            raise ConfirmOverBudget(f"{sentence} Confirm to record it all the same.")


def touched(expense: Expense) -> list[Budget]:
    if expense.sign == 0:
        return []
    weight, tree = get_weight(expense), get_tree(expense.business)
    return [budget for budget in get_budgets(expense.business) if weight.touches(budget, tree)]


def as_counted(positions: Sequence[BudgetPosition], expense: Expense) -> Sequence[BudgetPosition]:
    """Positions with the expense in them, also while it waits: waiting is no way around a budget that stops or asks."""
    if expense.state == ExpenseState.POSTED or not positions:
        return positions
    weight, tree = get_weight(expense), get_tree(expense.business)
    return [weight.added_to(each, tree) for each in positions]


def taken_more_from(positions: Sequence[BudgetPosition], expense: Expense, before: Weight | None) -> Sequence[BudgetPosition]:
    """Those that a change takes more from than the expense did before: only they refuse or ask."""
    if before is None or not positions:
        return positions
    now, tree = get_weight(expense), get_tree(expense.business)
    return [each for each in positions if now.against(each, tree) > before.against(each, tree)]


def recheck(budgets: Sequence[Budget], on: date, by: Member, at: datetime) -> None:
    if budgets:
        check_budgets(business=by.business, budgets=budgets, on=on, at=at)
