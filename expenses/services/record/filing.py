"""How what was entered becomes rows: the expense, its payee, its tags and its splits."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Business, Member
from common.db import create_all
from expenses.models import Expense, ExpenseState, Payee, Split, Tag
from expenses.queries import BudgetPosition
from expenses.services.record.amounts import check_amount, check_sum, tax_within
from expenses.services.record.entry import BadAmount, Entry, Share
from expenses.services.record.limits import as_counted, heed_modes, taken_more_from, touched
from expenses.services.watch import check_budgets
from expenses.weights import Weight

Values = dict[str, object]


def fill(expense: Expense, entry: Entry, by: Member) -> None:
    check_amount(entry.amount, by.business.currency, field="amount")
    if entry.tax:
        check_amount(entry.tax, by.business.currency, field="tax")
    if entry.tax > entry.amount:
        raise BadAmount("The tax is more than the amount.", field="tax")
    expense.kind, expense.spent_on, expense.amount = entry.kind, entry.spent_on, entry.amount
    expense.tax = entry.tax if entry.tax_rate is None else tax_within(entry, by.business.currency)
    expense.foreign_amount, expense.foreign_currency, expense.rate = entry.foreign_amount, entry.foreign_currency, entry.rate
    expense.account, expense.note, expense.refund_of = entry.account, entry.note[:255], entry.refund_of
    expense.payee = _payee(entry, by)


def _payee(entry: Entry, by: Member) -> Payee | None:
    """The payee of this name, who remembers the category for the next time."""
    name = entry.payee.strip()[:120]
    if not name:
        return None
    payee, _ = Payee.objects.get_or_create(business=by.business, name=name, defaults={"category": entry.category})
    if payee.category_id != entry.category.pk:
        Payee.objects.filter(pk=payee.pk).update(category=entry.category)
    return payee


def file(
    expense: Expense, entry: Entry, by: Member, at: datetime, *, confirmed: bool, before: Weight | None = None
) -> list[BudgetPosition]:
    shares = list(entry.splits) or [Share(entry.category, entry.amount)]
    check_sum(shares, expense.amount, by.business.currency)
    for share in shares:
        check_amount(share.amount, by.business.currency, field="splits")
    expense.tags.set(tags_named(entry.tags, by.business))
    create_all(Split, [_split(expense, share) for share in shares])
    positions = check_budgets(business=by.business, budgets=touched(expense), on=expense.spent_on, at=at)
    if expense.sign > 0:
        counted = as_counted(positions, expense)
        heed_modes(taken_more_from(counted, expense, before), by, confirmed=confirmed)
    return positions


def tags_named(wanted: Iterable[str], business: Business) -> list[Tag]:
    """The tags of these names, made where there is none."""
    names = dict.fromkeys(name for tag in wanted if (name := tag.strip().lstrip("#")[:40]))
    known = list(Tag.objects.for_business(business).filter(name__in=names))
    missing = names.keys() - {tag.name for tag in known}
    try:
        with transaction.atomic():
            return known + create_all(Tag, [Tag(business=business, name=name) for name in sorted(missing)])
    except IntegrityError:  # somebody else made one of them at the same moment
        return list(Tag.objects.for_business(business).filter(name__in=names))


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


def values(expense: Expense) -> Values:
    return {
        "kind": str(expense.kind),
        "state": str(expense.state),
        "spent_on": expense.spent_on,
        "amount": expense.amount,
        "tax": expense.tax,
        "foreign": f"{expense.foreign_amount} {expense.foreign_currency} at {expense.rate}" if expense.foreign_currency else "",
        "payee": expense.payee.name if expense.payee else "",
        "account": expense.account.name if expense.account else "",
        "note": expense.note,
        "refund_of": expense.refund_of_id,
        "tags": sorted(expense.tags.values_list("name", flat=True)),
        "splits": [f"{split.category.name} {split.amount}" for split in expense.splits.select_related("category").order_by("pk")],
    }
