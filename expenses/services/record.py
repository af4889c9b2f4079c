from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.history import has_amounts
from accounts.models import Business, Member
from accounts.permissions import Action, Role
from audit import services as audit
from common import money
from common.db import claim_version, create_all, unit_of_work
from common.errors import DomainError, InvalidInput
from common.fields import LARGEST_AMOUNT
from expenses.models import Account, Budget, Expense, ExpenseCategory, ExpenseKind, ExpenseState, Payee, Split, Tag
from expenses.models.budget import Mode
from expenses.periods import FIRST_DAY, LAST_DAY
from expenses.queries import BudgetPosition, get_budgets, get_touched, get_tree
from expenses.services.watch import check_budgets

Values = dict[str, object]


class BadAmount(InvalidInput):
    code = "bad_amount"
    field = "amount"


class BadDay(InvalidInput):
    field = "spent_on"


class SplitsDoNotAddUp(InvalidInput):
    code = "splits_do_not_add_up"
    field = "splits"


class OverBudget(DomainError):
    """The budget refuses it (mode stop)."""

    code = "over_budget"
    field = "amount"


class ConfirmOverBudget(DomainError):
    """The budget wants to be asked (mode ask); the same again with `confirmed` goes through."""

    code = "confirm_over_budget"
    field = "amount"


@dataclass(frozen=True)
class Share:
    category: ExpenseCategory
    amount: Decimal
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """What a person enters. Without splits all of it goes to `category`."""

    spent_on: date
    amount: Decimal
    category: ExpenseCategory
    kind: ExpenseKind = ExpenseKind.EXPENSE
    payee: str = ""
    account: Account | None = None
    note: str = ""
    tags: Sequence[str] = ()
    splits: Sequence[Share] = ()
    tax: Decimal = money.ZERO


@dataclass(frozen=True)
class Recorded:
    """The expense, and every budget it touches with its position in the period that holds its day."""

    expense: Expense
    budgets: list[BudgetPosition]


@unit_of_work()
def record_expense(*, by: Member, entry: Entry, at: datetime, confirmed: bool = False) -> Recorded:
    """Write an expense and check the budgets it touches, in one transaction."""
    by.must(Action.ADD_EXPENSE)
    expense = Expense(business=by.business, created_by=by, created_at=at, state=ExpenseState.POSTED)
    _fill(expense, entry, by)
    expense.save(force_insert=True)
    positions = _file(expense, entry, by, at, confirmed=confirmed)
    trail.record("expense added", expense, by=by, at=at, after=_values(expense))
    return Recorded(expense, positions)


@unit_of_work()
def update_expense(
    *, expense: Expense, by: Member, entry: Entry, at: datetime, confirmed: bool = False, version: int | None = None
) -> Recorded:
    """Change an expense; its budgets, of before and after, are checked again. Raises StaleVersion."""
    _may_change(expense, by)
    claim_version(expense, version)
    before, touched_before, spent_before = _values(expense), _touched(expense), expense.spent_on
    _fill(expense, entry, by)
    expense.save()
    expense.splits.all().delete()
    positions = _file(expense, entry, by, at, confirmed=confirmed)
    _recheck(touched_before, spent_before, by, at)
    old, new = audit.changes(before, _values(expense))
    trail.record("expense changed", expense, by=by, at=at, before=old, after=new)
    return Recorded(expense, positions)


@unit_of_work()
def delete_expense(*, expense: Expense, by: Member, at: datetime) -> None:
    """Take an expense back; what it was stays in the audit."""
    _may_change(expense, by)
    before, touched, spent_before = _values(expense), _touched(expense), expense.spent_on
    trail.record("expense deleted", expense, by=by, at=at, before=before)
    expense.delete()
    _recheck(touched, spent_before, by, at)


@has_amounts
def has_spent(business: Business) -> bool:
    return Expense.objects.for_business(business).exists()


def _fill(expense: Expense, entry: Entry, by: Member) -> None:
    _check_amount(entry.amount, by.business.currency, field="amount")
    if entry.tax:
        _check_amount(entry.tax, by.business.currency, field="tax")
    if not FIRST_DAY <= entry.spent_on <= LAST_DAY:
        raise BadDay(f"Choose a day after 1970 and before {LAST_DAY.year}.")
    if entry.tax > entry.amount:
        raise BadAmount("The tax is more than the amount.", field="tax")
    expense.kind, expense.spent_on, expense.amount, expense.tax = entry.kind, entry.spent_on, entry.amount, entry.tax
    expense.account, expense.note = entry.account, entry.note[:255]
    expense.payee = _payee(entry, by)


def _check_amount(amount: Decimal, currency: str, *, field: str) -> None:
    if not amount.is_finite() or not 0 < amount <= LARGEST_AMOUNT:
        raise BadAmount(f"An amount lies above 0 and is at most {LARGEST_AMOUNT:,}.", field=field)
    if not money.fits(amount, currency):
        raise BadAmount(f"An amount in {currency} has at most {money.places(currency)} decimal places.", field=field)


def _payee(entry: Entry, by: Member) -> Payee | None:
    """The payee of this name, who remembers the category for the next time."""
    name = entry.payee.strip()[:120]
    if not name:
        return None
    payee, _ = Payee.objects.get_or_create(business=by.business, name=name, defaults={"category": entry.category})
    if payee.category_id != entry.category.pk:
        Payee.objects.filter(pk=payee.pk).update(category=entry.category)
    return payee


def _file(expense: Expense, entry: Entry, by: Member, at: datetime, *, confirmed: bool) -> list[BudgetPosition]:
    shares = list(entry.splits) or [Share(entry.category, entry.amount)]
    if sum((share.amount for share in shares), money.ZERO) != expense.amount:
        raise SplitsDoNotAddUp("The splits do not add up to the amount.")
    for share in shares:
        _check_amount(share.amount, by.business.currency, field="splits")
    expense.tags.set(_tags(entry, by))
    create_all(Split, [_split(expense, share) for share in shares])
    positions = check_budgets(business=by.business, budgets=_touched(expense), on=expense.spent_on, at=at)
    if expense.sign > 0:
        _heed_modes(positions, by, confirmed=confirmed)
    return positions


def _tags(entry: Entry, by: Member) -> list[Tag]:
    names = dict.fromkeys(name for tag in entry.tags if (name := tag.strip().lstrip("#")[:40]))
    known = list(Tag.objects.for_business(by.business).filter(name__in=names))
    missing = names.keys() - {tag.name for tag in known}
    try:
        with transaction.atomic():
            return known + create_all(Tag, [Tag(business=by.business, name=name) for name in sorted(missing)])
    except IntegrityError:  # somebody else made one of them at the same moment
        return list(Tag.objects.for_business(by.business).filter(name__in=names))


def _split(expense: Expense, share: Share) -> Split:
    return Split(
        expense=expense,
        business=expense.business,
        category=share.category,
        account=expense.account,
        spent_on=expense.spent_on,
        amount=share.amount * (expense.sign or 1),
        is_spending=expense.sign != 0 and expense.state == ExpenseState.POSTED,
        note=share.note[:255],
    )


def _heed_modes(positions: Sequence[BudgetPosition], by: Member, *, confirmed: bool) -> None:
    over = [each for each in positions if each.position.left < 0]
    for each in over:
        excess = f"{money.symbol(by.business.currency)}{by.business.money(-each.position.left):,}"
        sentence = f"This takes {each.budget.name} {excess} over its limit."
        if each.budget.mode == Mode.STOP and Role(by.role).rank < Role.MANAGER.rank:
            raise OverBudget(sentence)
        if each.budget.mode != Mode.TELL and not confirmed:
            raise ConfirmOverBudget(f"{sentence} Confirm to record it all the same.")


def _touched(expense: Expense) -> list[Budget]:
    if expense.sign == 0:
        return []
    return get_touched(get_budgets(expense.business), expense, get_tree(expense.business))


def _recheck(budgets: Sequence[Budget], on: date, by: Member, at: datetime) -> None:
    if budgets:
        check_budgets(business=by.business, budgets=budgets, on=on, at=at)


def _may_change(expense: Expense, by: Member) -> None:
    by.must(Action.ADD_EXPENSE if expense.created_by_id == by.pk else Action.CHANGE_EXPENSE)


def _values(expense: Expense) -> Values:
    return {
        "kind": str(expense.kind),
        "spent_on": expense.spent_on,
        "amount": expense.amount,
        "tax": expense.tax,
        "payee": expense.payee.name if expense.payee else "",
        "account": expense.account_id,
        "note": expense.note,
        "tags": sorted(expense.tags.values_list("name", flat=True)),
        "splits": [[split.category_id, str(split.amount)] for split in expense.splits.order_by("pk")],
    }
