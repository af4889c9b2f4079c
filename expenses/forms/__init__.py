from expenses.forms.budgets import BudgetForm, MoveForm, ReviseForm
from expenses.forms.expenses import ExpenseForm
from expenses.forms.rules import RuleForm

__all__ = ["BudgetForm", "ExpenseForm", "MoveForm", "ReviseForm", "RuleForm"]
