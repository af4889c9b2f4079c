from django.urls import path

from expenses.views import budgets, expenses

urlpatterns = [
    path("expenses/", expenses.expenses, name="expenses"),
    path("expenses/<int:pk>/", expenses.expense, name="expense"),
    path("expenses/<int:pk>/delete/", expenses.expense_delete, name="expense_delete"),
    path("budgets/", budgets.budgets, name="budgets"),
    path("budgets/new/", budgets.budget_new, name="budget_new"),
    path("budgets/<int:pk>/", budgets.budget, name="budget"),
    path("budgets/<int:pk>/edit/", budgets.budget_edit, name="budget_edit"),
]
