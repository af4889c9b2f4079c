from expenses.models.account import Account, AccountKind, Transfer
from expenses.models.budget import Budget, BudgetCrossing, BudgetRevision
from expenses.models.category import ExpenseCategory
from expenses.models.expense import Expense, ExpenseKind, ExpenseState, Split, Tag
from expenses.models.payee import Payee

__all__ = [
    "Account",
    "AccountKind",
    "Budget",
    "BudgetCrossing",
    "BudgetRevision",
    "Expense",
    "ExpenseCategory",
    "ExpenseKind",
    "ExpenseState",
    "Payee",
    "Split",
    "Tag",
    "Transfer",
]
