from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Business, Member
from common.fields import CostField, MoneyField
from expenses.models.account import Account
from expenses.models.category import ExpenseCategory
from expenses.models.payee import Payee


class ExpenseKind(models.TextChoices):
    EXPENSE = "expense", "Expense"
    REFUND = "refund", "Refund"
    INCOME = "income", "Income"


class ExpenseState(models.TextChoices):
    POSTED = "posted", "Posted"
    WAITING = "waiting", "Waiting for approval"


class ExpenseQuerySet(models.QuerySet["Expense"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def newest_first(self) -> Self:
        return self.order_by("-spent_on", "-id")

    def posted(self) -> Self:
        """What counts; what waits for approval counts nowhere."""
        return self.filter(state=ExpenseState.POSTED)


class TagQuerySet(models.QuerySet["Tag"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)


class Tag(models.Model):
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["business", "name"], name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class Expense(models.Model):
    """Money spent, given back or earned on a day. Its splits say on what, and sum to its amount."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="expenses")
    kind = models.CharField(max_length=8, choices=ExpenseKind, default=ExpenseKind.EXPENSE)
    state = models.CharField(max_length=8, choices=ExpenseState, default=ExpenseState.POSTED)
    spent_on = models.DateField()
    amount = MoneyField(help_text="In the business's currency, above 0.")
    tax = MoneyField(default=Decimal(0), help_text="Input tax contained in the amount.")
    foreign_amount = MoneyField(null=True, blank=True)
    foreign_currency = models.CharField(max_length=3, default="", blank=True)
    rate = CostField(null=True, blank=True, help_text="One unit of the foreign currency in the business's.")
    payee = models.ForeignKey(Payee, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses")
    tags = models.ManyToManyField(Tag, blank=True, related_name="expenses")
    note = models.CharField(max_length=255, default="", blank=True)
    refund_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="refunds")
    is_reconciled = models.BooleanField(default=False)
    approved_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ExpenseQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="expense_amount_ok")]
        indexes = [
            models.Index(fields=["business", "spent_on", "id"], name="expense_business_on"),
            models.Index(fields=["business", "amount", "spent_on"], name="expense_alike"),
            models.Index(fields=["business", "state", "spent_on"], name="expense_state"),
            models.Index(fields=["account", "spent_on"], name="expense_account_on"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.spent_on}"

    @property
    def sign(self) -> int:
        """How it counts as spending: an expense adds, a refund takes away, an income is none."""
        return {ExpenseKind.EXPENSE: 1, ExpenseKind.REFUND: -1, ExpenseKind.INCOME: 0}[ExpenseKind(self.kind)]

    @property
    def flow(self) -> Decimal:
        """What it did to one's money: less for an expense, more for a refund or an income."""
        return -self.amount if self.kind == ExpenseKind.EXPENSE else self.amount


class SplitQuerySet(models.QuerySet["Split"]):
    def for_business(self, business: Business) -> Self:
        return self.filter(business=business)

    def spending(self) -> Self:
        return self.filter(is_spending=True)


class Split(models.Model):
    """One category's share of an expense. Day and account are its expense's: a budget reads one table."""

    expense = models.ForeignKey(Expense, on_delete=models.CASCADE, related_name="splits")
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(ExpenseCategory, on_delete=models.PROTECT, related_name="splits")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    spent_on = models.DateField()
    amount = MoneyField(help_text="Signed as spending: a refund is negative.")
    is_spending = models.BooleanField(help_text="Off for incomes and for what waits for approval.")
    note = models.CharField(max_length=255, default="", blank=True)

    objects = SplitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["business", "spent_on", "category"], name="split_business_on"),
            models.Index(fields=["category", "spent_on"], name="split_category_on"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of expense {self.expense_id}"
