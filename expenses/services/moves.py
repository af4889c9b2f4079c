from datetime import date, datetime
from decimal import Decimal

from accounts import trail
from accounts.models import Member
from accounts.permissions import Action
from common import money
from common.db import unit_of_work
from common.errors import DomainError
from expenses.models import Budget, BudgetMove
from expenses.queries import get_positions
from expenses.services import crossings
from expenses.services.budgets import BadBudget, check_limit
from expenses.services.watch import check_changed_budgets


class MoreThanIsLeft(DomainError):
    """The same again with `confirmed` goes through."""

    code = "more_than_is_left"
    field = "amount"


@unit_of_work()
def move_money(
    *,
    source: Budget,
    target: Budget,
    amount: Decimal,
    on: date,
    by: Member,
    at: datetime,
    reason: str = "",
    confirmed: bool = False,
) -> BudgetMove:
    """Take from the limit of one budget and add to that of another, in the periods that hold a day.

    Raises MoreThanIsLeft for more than the source has left, unless it is confirmed.
    """
    by.must(Action.MANAGE_BUDGETS)
    if source.pk == target.pk:
        raise BadBudget("Choose two different budgets.", field="target")
    check_limit(amount, by.business.currency)
    if not amount:
        raise BadBudget("Move more than nothing.", field="amount")
    if target.schedule.holding(on) is None:
        raise BadBudget(f"{target.name} has no period on that day.", field="on")
    for end, budget in (("source", source), ("target", target)):
        if not budget.is_active:
            raise BadBudget(f"{budget.name} is put away. Choose another budget, or take it up again.", field=end)
    crossings.hold([source, target])  # two who take the last of one budget at the same moment come one after the other
    _check_left(source, amount, on, confirmed=confirmed)
    move = BudgetMove.objects.create(
        business=by.business,
        source=source,
        target=target,
        amount=amount,
        moved_on=on,
        reason=reason[:255],
        moved_by=by,
        moved_at=at,
    )
    _audit(move, by, at)
    check_changed_budgets(business=by.business, budgets=[source, target], on=on, at=at)
    return move


def _check_left(source: Budget, amount: Decimal, on: date, *, confirmed: bool) -> None:
    positions = get_positions(source.business, [source], on)
    if not positions:
        raise BadBudget(f"{source.name} has no period on that day.", field="on")
    left = positions[0].position.left
    if amount > left and not confirmed:
        has = f"{money.symbol(source.business.currency)}{source.business.money(max(left, money.ZERO)):,}"
        raise MoreThanIsLeft(f"{source.name} has {has} left. Confirm to move more all the same.")


def _audit(move: BudgetMove, by: Member, at: datetime) -> None:
    after = {"amount": move.amount, "on": move.moved_on, "from": move.source.name, "to": move.target.name}
    trail.record("money moved out of budget", move.source, by=by, at=at, after=after, reason=move.reason)
    trail.record("money moved into budget", move.target, by=by, at=at, after=after, reason=move.reason)
