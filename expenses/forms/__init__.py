from expenses.forms.budgets import BudgetForm
from expenses.forms.expenses import ExpenseForm
from expenses.forms.rules import RuleForm

__all__ = ["BudgetForm", "ExpenseForm", "RuleForm"]
