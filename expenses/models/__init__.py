from expenses.models.account import Account, AccountKind, Reconciliation, Transfer
from expenses.models.attachment import Attachment
from expenses.models.books import Books
from expenses.models.budget import Budget, BudgetCrossing, BudgetMove, BudgetRevision, ClosedPeriods
from expenses.models.category import ExpenseCategory
from expenses.models.exchange_rate import ExchangeRate
from expenses.models.expense import Expense, ExpenseKind, ExpenseState, Split, Tag
from expenses.models.filing_rule import FilingRule
from expenses.models.payee import Payee
from expenses.models.recurring import Occurrence, OccurrenceState, RecurringExpense
from expenses.models.statement_line import StatementLine

__all__ = [
    "Account",
    "AccountKind",
    "Attachment",
    "Books",
    "Budget",
    "BudgetCrossing",
    "BudgetMove",
    "BudgetRevision",
    "ClosedPeriods",
    "ExchangeRate",
    "Expense",
    "ExpenseCategory",
    "ExpenseKind",
    "ExpenseState",
    "FilingRule",
    "Occurrence",
    "OccurrenceState",
    "Payee",
    "Reconciliation",
    "RecurringExpense",
    "Split",
    "StatementLine",
    "Tag",
    "Transfer",
]
