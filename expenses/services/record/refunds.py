"""What is given back belongs to the expense it came from, and is never more than that."""

from decimal import Decimal

from django.db.models import Sum

from accounts.models import Business
from common import money
from expenses.models import Expense, ExpenseKind
from expenses.services.record.entry import BadRefund, Entry, HasRefunds, RefundTooLarge


def get_refunded(expense: Expense, *, but: Expense | None = None) -> Decimal:
    """What was given back of it, without one refund that is about to change."""
    refunds = expense.refunds.exclude(pk=but.pk) if but and but.pk else expense.refunds.all()
    return expense.business.money(refunds.aggregate(total=Sum("amount"))["total"] or money.ZERO)


def check_refund(expense: Expense, entry: Entry, business: Business) -> None:
    """A refund takes no more than what is left of its expense, whoever else gives back at this moment."""
    if entry.refund_of is None:
        return
    if entry.kind != ExpenseKind.REFUND:
        raise BadRefund("Only a refund gives something back.", field="kind")
    origin = Expense.objects.for_business(business).select_for_update().filter(pk=entry.refund_of.pk).first()
    if origin is None or origin.kind != ExpenseKind.EXPENSE:
        raise BadRefund("Only an expense can be given back.")
    left = origin.amount - get_refunded(origin, but=expense)
    if entry.amount > left:
        raise RefundTooLarge(_sentence(origin, left, business.currency))


def check_refunded(expense: Expense, entry: Entry) -> None:
    """What was given back in part stays an expense, of no less than that."""
    given_back = get_refunded(expense)
    if given_back and entry.kind != ExpenseKind.EXPENSE:
        raise HasRefunds("It was given back in part, so it stays an expense.", field="kind")
    if entry.amount < given_back:
        raise HasRefunds(f"{given_back:,} of it was given back: it cannot be less.", field="amount")


def check_without_refunds(expense: Expense) -> None:
    if expense.refunds.exists():
        raise HasRefunds("It was given back in part. Delete its refunds first.")


def _sentence(origin: Expense, left: Decimal, currency: str) -> str:
    whole = money.rounded(origin.amount, currency)
    if left <= 0:
        return f"All {whole:,} {currency} of it was given back already."
    return f"Of {whole:,} {currency}, at most {money.rounded(left, currency):,} is left to give back."
