from expenses.forms.budgets import BudgetForm
from expenses.forms.expenses import ExpenseForm

__all__ = ["BudgetForm", "ExpenseForm"]
