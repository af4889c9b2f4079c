from django.contrib import admin

from common.staff import ReadOnlyAdmin, ReadOnlyInline
from expenses.models import (
    Account,
    Attachment,
    Books,
    Budget,
    BudgetCrossing,
    BudgetMove,
    BudgetRevision,
    ClosedPeriods,
    ExchangeRate,
    Expense,
    ExpenseCategory,
    FilingRule,
    Occurrence,
    Payee,
    Reconciliation,
    RecurringExpense,
    Split,
    StatementLine,
    Tag,
    Transfer,
)


class SplitInline(ReadOnlyInline):
    model = Split
    fields = ("category", "amount", "is_spending", "note")


class RevisionInline(ReadOnlyInline):
    model = BudgetRevision
    fields = ("from_on", "amount", "reason", "made_at")


@admin.register(Expense)
class ExpenseAdmin(ReadOnlyAdmin):
    list_display = ("spent_on", "business", "kind", "amount", "payee", "note", "state")
    list_filter = ("kind", "state", "spent_on")
    list_select_related = ("business", "payee")
    search_fields = ("note", "payee__name", "business__slug")
    inlines = (SplitInline,)


@admin.register(Split)
class SplitAdmin(ReadOnlyAdmin):
    list_display = ("spent_on", "business", "category", "amount", "is_spending")
    list_filter = ("is_spending", "spent_on")
    list_select_related = ("business", "category")
    search_fields = ("note", "category__name", "business__slug")


@admin.register(Budget)
class BudgetAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "amount", "period", "starts_on", "carry_over", "mode", "is_active")
    list_filter = ("period", "carry_over", "mode", "is_active")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")
    inlines = (RevisionInline,)


@admin.register(BudgetRevision)
class BudgetRevisionAdmin(ReadOnlyAdmin):
    list_display = ("budget", "from_on", "amount", "made_at")
    list_select_related = ("budget",)
    search_fields = ("budget__name", "budget__business__slug")


@admin.register(BudgetCrossing)
class BudgetCrossingAdmin(ReadOnlyAdmin):
    list_display = ("budget", "period_from", "level", "crossed_at")
    list_select_related = ("budget",)
    search_fields = ("budget__name", "budget__business__slug")


@admin.register(ExpenseCategory)
class ExpenseCategoryAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "parent", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("business", "parent")
    search_fields = ("name", "business__slug")


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "kind", "opening_balance", "opened_on", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("moved_on", "business", "source", "target", "amount")
    list_filter = ("moved_on",)
    list_select_related = ("business", "source", "target")
    search_fields = ("note", "business__slug")


@admin.register(Payee, Tag)
class NamedAdmin(ReadOnlyAdmin):
    list_display = ("name", "business")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = ("statement_on", "business", "account", "balance", "done_at")
    list_filter = ("statement_on",)
    list_select_related = ("business", "account")
    search_fields = ("account__name", "business__slug")


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ("filename", "business", "content_type", "size", "added_at")
    list_filter = ("content_type", "added_at")
    list_select_related = ("business",)
    search_fields = ("filename", "business__slug")


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin):
    list_display = ("on", "business", "currency", "rate")
    list_filter = ("on",)
    list_select_related = ("business",)
    search_fields = ("currency", "business__slug")


@admin.register(RecurringExpense)
class RecurringExpenseAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "amount", "rule", "starts_on", "handled_until", "is_active")
    list_filter = ("kind", "is_variable", "is_active")
    list_select_related = ("business",)
    search_fields = ("name", "business__slug")


@admin.register(Occurrence)
class OccurrenceAdmin(ReadOnlyAdmin):
    list_display = ("due_on", "recurring", "state", "handled_at")
    list_filter = ("state", "due_on")
    list_select_related = ("recurring",)
    search_fields = ("recurring__name", "recurring__business__slug")


@admin.register(FilingRule)
class FilingRuleAdmin(ReadOnlyAdmin):
    list_display = ("name", "business", "position", "category", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("business", "category")
    search_fields = ("name", "business__slug")


@admin.register(StatementLine)
class StatementLineAdmin(ReadOnlyAdmin):
    list_display = ("booked_on", "business", "account", "amount")
    list_filter = ("booked_on",)
    list_select_related = ("business", "account")
    search_fields = ("fingerprint", "business__slug")


@admin.register(BudgetMove)
class BudgetMoveAdmin(ReadOnlyAdmin):
    list_display = ("moved_on", "business", "source", "target", "amount")
    list_filter = ("moved_on",)
    list_select_related = ("business", "source", "target")
    search_fields = ("reason", "business__slug")


@admin.register(ClosedPeriods)
class ClosedPeriodsAdmin(ReadOnlyAdmin):
    list_display = ("budget", "version")
    list_select_related = ("budget",)
    search_fields = ("budget__name", "budget__business__slug")


@admin.register(Books)
class BooksAdmin(ReadOnlyAdmin):
    list_display = ("business",)
    list_select_related = ("business",)
    search_fields = ("business__slug",)
