from expenses.services.record.entry import (
    BadAmount,
    BadDay,
    ConfirmOverBudget,
    Entry,
    OverBudget,
    Recorded,
    Share,
    SplitsDoNotAddUp,
)
from expenses.services.record.verbs import delete_expense, has_spent, record_expense, update_expense

__all__ = [
    "BadAmount",
    "BadDay",
    "ConfirmOverBudget",
    "Entry",
    "OverBudget",
    "Recorded",
    "Share",
    "SplitsDoNotAddUp",
    "delete_expense",
    "has_spent",
    "record_expense",
    "update_expense",
]
