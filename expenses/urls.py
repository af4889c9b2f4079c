from django.urls import path

from expenses.views import approvals, budget_changes, budgets, closing, expenses, papers, rates, rules

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
    path("expenses/<int:pk>/receipts/", papers.papers_add, name="expense_papers"),
    path("expenses/<int:pk>/receipts/<int:paper_pk>/", papers.paper, name="expense_paper"),
    path("expenses/<int:pk>/receipts/<int:paper_pk>/delete/", papers.paper_delete, name="expense_paper_delete"),
    path("expenses/to-approve/", approvals.approvals, name="approvals"),
    path("settings/books/", closing.books, name="books"),
    path("settings/books/reopen/", closing.books_reopen, name="books_reopen"),
    path("budgets/", budgets.budgets, name="budgets"),
    path("budgets/new/", budgets.budget_new, name="budget_new"),
    path("budgets/<int:pk>/", budgets.budget, name="budget"),
    path("budgets/<int:pk>/edit/", budgets.budget_edit, name="budget_edit"),
    path("budgets/<int:pk>/revise/", budget_changes.budget_revise, name="budget_revise"),
    path("budgets/<int:pk>/next/", budget_changes.budget_next, name="budget_next"),
    path("budgets/<int:pk>/rest/", budget_changes.budget_rest, name="budget_rest"),
    path("budgets/<int:pk>/move/", budget_changes.budget_move, name="budget_move"),
    path("budgets/move/", budget_changes.budget_move, name="budgets_move"),
]
