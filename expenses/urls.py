from django.urls import path

from expenses.views import budgets, expenses, rates, rules

urlpatterns = [
    path("expenses/", expenses.expenses, name="expenses"),
    path("expenses/<int:pk>/", expenses.expense, name="expense"),
    path("expenses/<int:pk>/delete/", expenses.expense_delete, name="expense_delete"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.rule_new, name="rule_new"),
    path("rules/<int:pk>/", rules.rule, name="rule"),
    path("rules/<int:pk>/past/", rules.rule_past, name="rule_past"),
    path("rules/<int:pk>/move/", rules.rule_move, name="rule_move"),
    path("rules/<int:pk>/delete/", rules.rule_delete, name="rule_delete"),
    path("expenses/rates/", rates.rates, name="rates"),
    path("budgets/", budgets.budgets, name="budgets"),
    path("budgets/new/", budgets.budget_new, name="budget_new"),
    path("budgets/<int:pk>/", budgets.budget, name="budget"),
    path("budgets/<int:pk>/edit/", budgets.budget_edit, name="budget_edit"),
]
