from expenses.services.record.entry import (
    BadAmount,
    BadDay,
    BadForeign,
    BadRefund,
    ConfirmOverBudget,
    Entry,
    HasRefunds,
    NoRate,
    OverBudget,
    Recorded,
    RefundTooLarge,
    Share,
    SplitsDoNotAddUp,
)
from expenses.services.record.refunds import get_refunded
from expenses.services.record.verbs import delete_expense, has_spent, record_expense, update_expense

__all__ = [
    "BadAmount",
    "BadDay",
    "BadForeign",
    "BadRefund",
    "ConfirmOverBudget",
    "Entry",
    "HasRefunds",
    "NoRate",
    "OverBudget",
    "Recorded",
    "RefundTooLarge",
    "Share",
    "SplitsDoNotAddUp",
    "delete_expense",
    "get_refunded",
    "has_spent",
    "record_expense",
    "update_expense",
]
