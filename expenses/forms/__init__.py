from expenses.forms.budgets import BudgetForm, MoveForm, ReviseForm
from expenses.forms.expenses import ExpenseForm
from expenses.forms.exports import ExportForm
from expenses.forms.filters import ExpenseFilterForm
from expenses.forms.recurring import OccurrenceForm, RecurringForm
from expenses.forms.rules import RuleForm

__all__ = [
    "BudgetForm",
    "ExpenseFilterForm",
    "ExpenseForm",
    "ExportForm",
    "MoveForm",
    "OccurrenceForm",
    "RecurringForm",
    "ReviseForm",
    "RuleForm",
]
