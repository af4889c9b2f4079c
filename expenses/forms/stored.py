"""A stored expense as its form shows it: in the currency in which it was paid."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from common import money
from expenses.models import Expense
from expenses.services.record import Entry, Share


def stored(expense: Expense) -> dict[str, Any]:
    """The first values of its form."""
    business, currency = expense.business, expense.foreign_currency or expense.business.currency
    amount = expense.amount if expense.foreign_amount is None else expense.foreign_amount
    tax = expense.tax / expense.rate if expense.rate else expense.tax
    return {
        "amount": money.rounded(amount, currency),
        "currency": currency,
        "rate": expense.rate,
        "payee": expense.payee.name if expense.payee else "",
        "category": _splits(expense)[0].category.pk,
        "spent_on": expense.spent_on,
        "kind": expense.kind,
        "account": expense.account_id,
        "tags": ", ".join(tag.name for tag in expense.tags.all()),
        "note": expense.note,
        "tax": money.rounded(tax, currency if expense.rate else business.currency) or None,
    }


def stored_shares(expense: Expense) -> list[Share]:
    """Its splits in the currency in which it was paid."""
    shares = _splits(expense)
    if expense.foreign_amount is None:
        return [replace(share, amount=expense.business.money(share.amount)) for share in shares]
    weights = [share.amount for share in shares]
    parts = money.split(expense.foreign_amount, weights, expense.foreign_currency)
    rounded = [money.rounded(part, expense.foreign_currency) for part in parts]
    return [replace(share, amount=part) for share, part in zip(shares, rounded, strict=True)]


def untouched(entry: Entry, expense: Expense) -> Entry:
    """The entry with all money exactly as it is stored."""
    shares: Sequence[Share] = _splits(expense)
    return replace(
        entry,
        amount=expense.amount,
        tax=expense.tax,
        tax_rate=None,
        foreign_amount=expense.foreign_amount,
        foreign_currency=expense.foreign_currency,
        rate=expense.rate,
        splits=shares,
    )


def refund_values(expense: Expense, left: Decimal) -> dict[str, Any]:
    """The first values of a refund of it: all that is left, on today's day, and no tax."""
    values = stored(expense)
    for name in ("spent_on", "kind", "tax", "rate", "currency"):
        del values[name]
    return values | {"amount": money.rounded(left, expense.business.currency)}


def _splits(expense: Expense) -> list[Share]:
    splits = sorted(expense.splits.all(), key=lambda split: split.pk)
    return [Share(split.category, abs(split.amount), split.note) for split in splits]
