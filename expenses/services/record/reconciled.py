"""What agreed with a statement of its account stays as it was there."""

from common.db import claim_version
from common.errors import DomainError
from expenses.models import Expense
from expenses.services.record.entry import Entry

SENTENCE = "This agreed with the statement of its account, so its amount, account, day and kind stay."


class Reconciled(DomainError):
    """It would move a balance that agreed with a statement."""

    code = "reconciled"


def claim(expense: Expense, version: int | None) -> None:
    """Take its next version: from here on nobody reconciles it. Whether somebody has, and what, is read after that."""
    claim_version(expense, version)
    expense.is_reconciled = Expense.objects.values_list("is_reconciled", flat=True).get(pk=expense.pk)
    if expense.is_reconciled:
        expense.refresh_from_db(fields=["amount", "account", "spent_on", "kind"])


def keep_reconciled(expense: Expense, entry: Entry) -> None:
    """Refuse what would move the balance, before it is written to `expense`."""
    if not expense.is_reconciled:
        return
    account = entry.account.pk if entry.account else None
    asked = {"amount": entry.amount, "account": account, "spent_on": entry.spent_on, "kind": entry.kind}
    kept = {"amount": expense.amount, "account": expense.account_id, "spent_on": expense.spent_on, "kind": expense.kind}
    for field, value in asked.items():
        if value != kept[field]:
            raise Reconciled(f"{SENTENCE} A manager can un-reconcile it.", field=field)


def refuse_reconciled(expense: Expense) -> None:
    if expense.is_reconciled:
        raise Reconciled("This agreed with the statement of its account, so it is not deleted. A manager can un-reconcile it.")
