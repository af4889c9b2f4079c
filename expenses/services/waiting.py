"""Whose expenses wait for approval, and the word that one does."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from accounts.models import Business, Member
from accounts.permissions import Role
from alerts.models import AlertKind
from alerts.services import Finding, raise_alerts, recover, reword
from common import money
from expenses.models import Expense


def must_wait(*, by: Member, amount: Decimal) -> bool:
    """In a shop, what a clerk enters and what is above the limit, unless the owner enters it. A personal book never waits."""
    business = by.business
    if not business.is_shop or by.role == Role.OWNER:
        return False
    is_large = business.approve_above is not None and amount > business.approve_above
    return is_large or (business.clerks_need_approval and Role(by.role).rank <= Role.CLERK.rank)


def call_for_approval(expense: Expense, at: datetime) -> None:
    """Once for each expense, until it is decided; what was changed since has its alert say so."""
    finding = _finding(expense)
    if not reword(business=expense.business, finding=finding):
        raise_alerts(business=expense.business, findings=[finding], at=at)


def call_off(business: Business, expenses: Sequence[int], at: datetime) -> None:
    """Nobody need look at these any more."""
    recover(business=business, kind=AlertKind.APPROVAL, subject_keys=[_key(pk) for pk in expenses], at=at)


def _finding(expense: Expense) -> Finding:
    business = expense.business
    amount = f"{money.symbol(business.currency)}{business.money(expense.amount):,}"
    whom = f" at {expense.payee.name}" if expense.payee else ""
    message = f"Entered by {expense.created_by.user.get_full_name()} for {expense.spent_on.day} {expense.spent_on:%B %Y}."
    return Finding(AlertKind.APPROVAL, _key(expense.pk), f"{amount}{whom}", message, reverse("approvals"))


def _key(expense_id: int) -> str:
    return f"expense:{expense_id}"
