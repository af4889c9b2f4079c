"""What an expense would do, before it is recorded: what it leaves of its budgets, and what it may double."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from accounts.models import Business, Member
from common.errors import DomainError
from common.money import ZERO
from expenses.models import Expense, ExpenseState, Payee, Tag
from expenses.models.budget import Mode
from expenses.queries import BudgetPosition, Tree, get_alike, get_budgets, get_positions, get_tree
from expenses.services.record import Entry
from expenses.services.record.amounts import settled
from expenses.services.record.limits import answer_of
from expenses.weights import Weight, get_weight


@dataclass(frozen=True)
class Foretold(BudgetPosition):
    """A budget as it will stand, and what it will do: tell, ask, or stop whoever enters this."""

    answer: Mode


@dataclass(frozen=True)
class Outlook:
    """`budgets` stand as they will once it is recorded and counts. `refusal` says why there is nothing to tell yet."""

    entry: Entry | None = None
    rate_on: date | None = None
    budgets: Sequence[Foretold] = ()
    alike: Sequence[Expense] = ()
    refusal: str = ""


def get_outlook(by: Member, entry: Entry, *, expense: Expense | None = None) -> Outlook:
    """At most so many queries, whatever there is: those of `get_positions` and eight. `expense` is the one that would change."""
    business = by.business
    try:
        entry, rate_on = settled(entry, business)
    except DomainError as error:
        return Outlook(refusal=error.message)
    would_be = Expense(business=business, kind=entry.kind, spent_on=entry.spent_on, amount=entry.amount, note=entry.note)
    would_be.pk = expense.pk if expense else None
    would_be.payee = Payee.objects.for_business(business).filter(name=entry.payee).first() if entry.payee else None
    budgets = _positions(by, entry, expense) if would_be.sign else []
    return Outlook(entry, rate_on, budgets, get_alike(would_be))


def _positions(by: Member, entry: Entry, expense: Expense | None) -> list[Foretold]:
    """Only an expense that takes more than before is asked about or stopped, as when it is recorded."""
    business = by.business
    tree, now = get_tree(business), _weight(business, entry)
    counts_already = expense is not None and expense.sign != 0 and expense.state == ExpenseState.POSTED
    before = get_weight(expense) if expense and counts_already else None
    touched = [budget for budget in get_budgets(business) if now.touches(budget, tree)]
    positions = get_positions(business, touched, entry.spent_on, tree=tree)
    entered = get_weight(expense) if expense and expense.sign else None
    foretold = []
    for each in positions:
        there = _moved(each, now, before, tree)
        takes_more = now.against(each, tree) > (entered.against(each, tree) if entered else ZERO)
        foretold.append(Foretold(there.budget, there.position, answer_of(there, by) if takes_more else Mode.TELL))
    return foretold


def _moved(each: BudgetPosition, now: Weight, before: Weight | None, tree: Tree) -> BudgetPosition:
    more = now.against(each, tree) - (before.against(each, tree) if before else ZERO)
    return replace(each, position=replace(each.position, spent=each.position.spent + more))


def _weight(business: Business, entry: Entry) -> Weight:
    sign = Expense(kind=entry.kind).sign
    shares: dict[int, Decimal] = defaultdict(Decimal)
    for share in entry.splits:
        shares[share.category.pk] += share.amount * sign
    if not entry.splits:
        shares[entry.category.pk] = entry.amount * sign
    names = [name for tag in entry.tags if (name := tag.strip().lstrip("#"))]
    tags = Tag.objects.for_business(business).filter(name__in=names).values_list("pk", flat=True) if names else []
    return Weight(entry.spent_on, shares, frozenset(tags), entry.account.pk if entry.account else None)
